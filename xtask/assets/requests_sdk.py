"""Checks request bodies with the request types of the vendors' own Python packages.

Reads lines of JSON, each with `api`, `name`, `betas` and `body`. Every body must be one that the package's types
describe: members that they do not name are refused, and lists are read where the types say `Iterable`, which would leave
them unread. Then each body is broken in single places (a key renamed, a word that is none of the allowed ones, a value
nested wrongly), and every broken body must be refused, so that a check that accepts everything does not look green.
"""

import collections.abc
import copy
import json
import sys
import types
import typing
import warnings

import pydantic
import typing_extensions

FORBID = pydantic.ConfigDict(extra="forbid", arbitrary_types_allowed=True)
UNIONS = (typing.Union, types.UnionType)
LISTS = (collections.abc.Iterable, collections.abc.Sequence, list)
WRAPPERS = {
    typing_extensions.Required: typing_extensions.Required,
    typing_extensions.NotRequired: typing_extensions.NotRequired,
}


# What describes the requests of each wire format, a line for each: the type, and the one for requests that turn beta
# features on.
def anthropic_messages():
    from anthropic.types import message_create_params
    from anthropic.types.beta import message_create_params as beta

    # The package no longer has these since its version 1.0; the API takes them for the models that sample:
    # <https://github.com/anthropics/anthropic-sdk-python/blob/main/MIGRATION.md#removed-deprecated-request-parameters>
    sampling = {"temperature": float, "top_p": float, "top_k": int}
    stable = adapter(message_create_params.MessageCreateParams, also=sampling)
    return stable, adapter(beta.MessageCreateParams, without=["betas"], also=sampling)


def openai_chat():
    from openai.types.chat import completion_create_params

    return adapter(completion_create_params.CompletionCreateParams), None


def openai_responses():
    from openai.types.responses import response_create_params

    return adapter(response_create_params.ResponseCreateParams), None


def gemini():
    from google.genai import types as genai

    # The package has the members of the body apart, each with its own type, in which unknown members are refused.
    members = {
        "contents": (list[genai.Content], ...),
        "systemInstruction": (genai.Content | None, None),
        "tools": (list[genai.Tool] | None, None),
        "toolConfig": (genai.ToolConfig | None, None),
        "safetySettings": (list[genai.SafetySetting] | None, None),
        "generationConfig": (genai.GenerationConfig | None, None),
        "cachedContent": (str | None, None),
        "labels": (dict[str, str] | None, None),
        "serviceTier": (str | None, None),
        # A setting of the request itself: <https://ai.google.dev/gemini-api/docs/logs-datasets>
        "store": (bool | None, None),
    }
    body = pydantic.create_model("Body", __config__=pydantic.ConfigDict(extra="forbid"), **members)
    return pydantic.TypeAdapter(body), None


APIS = {
    "anthropic-messages": anthropic_messages,
    "openai-chat": openai_chat,
    "openai-responses": openai_responses,
    "gemini": gemini,
}

# Members whose value is the caller's own JSON, so that nothing in it can be wrong.
FREE = {
    "input_schema", "parameters", "schema", "input", "metadata", "logit_bias", "args", "response", "responseSchema",
    "responseJsonSchema", "parametersJsonSchema", "labels", "properties", "input_examples",
}  # fmt: skip

# The same, by the whole way to them.
FREE_PLACES = {("tool_choice", "allowed_tools", "tools"), ("tool_choice", "tools")}

# Members whose value is one of a few words.
WORDS = {
    "type", "role", "detail", "format", "service_tier", "effort", "reasoning_effort", "verbosity", "media_type", "ttl",
    "display", "mode", "syntax", "category", "threshold", "thinkingLevel", "mediaResolution", "language", "outcome",
}  # fmt: skip

# Words that the types of a package leave open.
OPEN_WORDS = {"gemini": {"role"}}


def adapter(kind, without=(), also=None):
    """The validator of a type whose unknown members are refused and whose lists are read.

    `without` are members of the body that the package sends elsewhere, `also` those that it does not know.
    """
    for body in typing.get_args(kind):
        hints = typing_extensions.get_type_hints(body, include_extras=True)
        hints = {name: hint for name, hint in hints.items() if name not in without}
        body.__annotations__ = hints | (also or {})
        body.__required_keys__ = body.__required_keys__ - set(without)
        body.__optional_keys__ = body.__optional_keys__ | set(also or {})
    return pydantic.TypeAdapter(strict(kind, set()))


def strict(kind, seen):
    """The type, changed in place where it is a typed dictionary."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if typing_extensions.is_typeddict(kind):
        if kind not in seen:
            seen.add(kind)
            hints = typing_extensions.get_type_hints(kind, include_extras=True)
            kind.__annotations__ = {name: strict(hint, seen) for name, hint in hints.items()}
            kind.__pydantic_config__ = FORBID
        return kind
    if kind is object:
        return typing.Any
    if origin is typing.Annotated:
        return strict(arguments[0], seen)
    if origin in WRAPPERS:
        return WRAPPERS[origin][strict(arguments[0], seen)]
    if origin in UNIONS:
        kept = [strict(one, seen) for one in arguments if is_json(one)]
        return typing.Union[tuple(kept)] if kept else typing.Any
    if origin in LISTS:
        return list[strict(arguments[0], seen)]
    if origin in (dict, collections.abc.Mapping):
        return dict[arguments[0], strict(arguments[1], seen)]
    if not is_json(kind):
        raise TypeError(f"{kind} is nothing that JSON holds")
    return kind


def is_json(kind):
    """Whether the type is one of JSON, and not a file that a program opens or an answer of the vendor's."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated or origin in WRAPPERS:
        return is_json(arguments[0])
    if origin in UNIONS:
        return any(is_json(one) for one in arguments)
    origin = origin or kind
    if not isinstance(origin, type):
        return True
    if origin.__module__ in ("os", "io") or issubclass(origin, typing.IO):
        return False
    return not issubclass(origin, pydantic.BaseModel)


def fault_of(validator, body):
    """What is wrong with a body; nothing where it is one that the types describe."""
    try:
        with warnings.catch_warnings():
            # A package may take an unknown word of a list of words, and warn of it.
            warnings.filterwarnings("error", message=".* is not a valid ")
            validator.validate_json(json.dumps(body), strict=True)
    except (pydantic.ValidationError, UserWarning) as error:
        return str(error)
    return None


def broken(body, open_words=()):
    """The body with one thing wrong, in every place where that must be noticed."""
    for path, name, value in members(body, ()):
        free = is_free(path, name)
        yield f"{place(path, name)} renamed", changed(body, path, lambda it, name=name: it.update({name + "_x": it.pop(name)}))
        if name in WORDS and name not in open_words and isinstance(value, str):
            yield f"{place(path, name)} of no known word", changed(body, path, lambda it, name=name: it.update({name: "wrong-word"}))
        if isinstance(value, dict) and not free:
            yield f"{place(path, name)} in a list", changed(body, path, lambda it, name=name, value=value: it.update({name: [value]}))
        if isinstance(value, list) and not free:
            yield f"{place(path, name)} in an object", changed(body, path, lambda it, name=name, value=value: it.update({name: {"items": value}}))
        if isinstance(value, bool):
            yield f"{place(path, name)} as an object", changed(body, path, lambda it, name=name: it.update({name: {"value": True}}))


def members(value, path):
    """All members of typed objects, with the way to them."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from members(item, path + (number,))
    if isinstance(value, dict):
        for name, member in value.items():
            yield path, name, member
            if not is_free(path, name):
                yield from members(member, path + (name,))


def is_free(path, name):
    """Whether the types say nothing of what the member holds."""
    return name in FREE or path + (name,) in FREE_PLACES


def changed(body, path, change):
    body = copy.deepcopy(body)
    it = body
    for step in path:
        it = it[step]
    change(it)
    return body


def place(path, name):
    return ".".join(str(step) for step in path + (name,))


def main():
    # Of a dictionary that is open by its own word.
    warnings.filterwarnings("ignore", message="TypedDict class .* allows extra items")
    counts, wrong = {}, []
    validators = {}
    for line in sys.stdin:
        entry = json.loads(line)
        api, body = entry["api"], entry["body"]
        if api not in validators:
            validators[api] = APIS[api]()
        stable, beta = validators[api]
        validator = beta if entry["betas"] and beta else stable
        count = counts.setdefault(api, {"bodies": 0, "broken": 0})
        count["bodies"] += 1
        fault = fault_of(validator, body)
        if fault:
            wrong.append(f"{api}, {entry['name']}: the package's types do not describe the body:\n{fault}\n{json.dumps(body)}")
            continue
        for what, mutant in broken(body, OPEN_WORDS.get(api, ())):
            count["broken"] += 1
            if not fault_of(validator, mutant):
                wrong.append(f"{api}, {entry['name']}: {what}, and the body is accepted all the same")
    for line in wrong:
        print(line)
    for api, count in sorted(counts.items()):
        print(f"{api:<24} {count['bodies']:>6} bodies valid, {count['broken']:>7} broken ones refused" if not wrong else f"{api:<24} {count['bodies']:>6} bodies, {count['broken']:>7} broken ones")
    few = [api for api, count in counts.items() if count["broken"] < 200 or count["bodies"] < 20]
    if few or not counts:
        print(f"too few to mean anything: {', '.join(few) or 'no body'}")
    sys.exit(1 if wrong or few or not counts else 0)


if __name__ == "__main__":
    main()
