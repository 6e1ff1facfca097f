"""Serves a model with llama.cpp until the process is told to stop."""

import argparse
import signal

import xllamacpp


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="the weights, a GGUF file")
    parser.add_argument("--template", required=True, help="the chat template, a Jinja file")
    parser.add_argument("--alias", required=True, help="the name that requests give the model")
    parser.add_argument("--port", required=True, type=int, help="a port of the loopback interface")
    parser.add_argument("--key", required=True, help="the key that requests must carry")
    return parser.parse_args()


def parameters(given: argparse.Namespace) -> xllamacpp.CommonParams:
    params = xllamacpp.CommonParams()
    params.model.path = given.model
    params.model_alias = {given.alias}
    params.hostname = "127.0.0.1"
    params.port = given.port
    params.api_keys = [given.key]
    # Two slots share the context, so that each prompt may have half of it.
    params.n_ctx = 4096
    params.n_parallel = 2
    params.use_jinja = True
    # The model's own template leaves tools out.
    with open(given.template, encoding="utf-8") as template:
        params.chat_template = template.read()
    params.webui = False
    params.cache_ram_mib = 0
    return params


def main() -> None:
    server = xllamacpp.Server(parameters(arguments()))
    print(f"listening on {server.listening_address}", flush=True)
    # Both signals end the process at once: ending the server in order waits for answers that nobody reads.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pause()


main()
