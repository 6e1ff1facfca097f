//! What sounds like another error than it is.

use steer::ErrorKind::{
    self, AuthenticationFailed, InvalidRequest, NotFound, Overloaded, PermissionDenied, RateLimited,
    ServerError,
};

use super::{Answer, Anthropic, Chat, Gemini, Ollama, OpenAi, wrong};

const ROWS: &[(ErrorKind, bool, &[Answer])] = &[
    // Lengths of other things than the prompt.
    (
        InvalidRequest,
        false,
        &[
            (
                Anthropic,
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: 200000 > 64000, which is the maximum allowed number of output tokens for claude-x"}}"#,
            ),
            (
                Anthropic,
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes"}}"#,
            ),
            (
                Anthropic,
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"`max_tokens` must be greater than `thinking.budget_tokens`."}}"#,
            ),
            (
                Anthropic,
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"tools.0.custom.name: String should have at most 128 characters"}}"#,
            ),
            (
                Anthropic,
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"A maximum of 4 blocks with cache_control may be provided. Found 5."}}"#,
            ),
            (
                OpenAi,
                400,
                r#"{"error":{"message":"max_tokens is too large: 100000. This model supports at most 16384 completion tokens, whereas you provided 100000.","type":"invalid_request_error","param":"max_tokens","code":"invalid_value"}}"#,
            ),
            (
                OpenAi,
                400,
                r#"{"error":{"message":"Invalid 'input[3].id': string too long. Expected a string with maximum length 64, but got a string with length 446 instead.","type":"invalid_request_error","param":"input[3].id","code":"string_above_max_length"}}"#,
            ),
            (
                OpenAi,
                400,
                r#"{"error":{"message":"Invalid 'tools': array too long. Expected an array with maximum length 128, but got an array with length 130 instead.","type":"invalid_request_error","param":"tools","code":"array_above_max_length"}}"#,
            ),
            (
                OpenAi,
                400,
                r#"{"error":{"message":"Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 5 instead.","type":"invalid_request_error","param":"max_output_tokens","code":"integer_below_min_value"}}"#,
            ),
            (
                Gemini,
                400,
                r#"{"error":{"code":400,"message":"The number of function declarations is too large: 600 > 512","status":"INVALID_ARGUMENT"}}"#,
            ),
            (
                Gemini,
                400,
                r#"{"error":{"code":400,"message":"Unable to submit request because it has a maxOutputTokens value of 99999 but the supported range is from 1 (inclusive) to 65537 (exclusive). Update the value and try again.","status":"INVALID_ARGUMENT"}}"#,
            ),
            (
                Chat,
                400,
                r#"{"error":{"message":"`stop` may hold at most 4 sequences","type":"invalid_request_error"}}"#,
            ),
            (
                Chat,
                422,
                r#"{"detail":[{"type":"less_than_equal","loc":["body","temperature"],"msg":"Input should be less than or equal to 2","input":7}]}"#,
            ),
        ],
    ),
    // Names and fields that sound like errors.
    (
        InvalidRequest,
        false,
        &[
            (
                OpenAi,
                400,
                r#"{"error":{"message":"Unknown parameter: 'rate_limit'.","type":"invalid_request_error","param":"rate_limit","code":"unknown_parameter"}}"#,
            ),
            (
                OpenAi,
                400,
                r#"{"error":{"message":"Invalid 'tools[0].name': 'insufficient quota' does not match the pattern.","type":"invalid_request_error","param":"tools[0].name","code":"invalid_value"}}"#,
            ),
            (
                OpenAi,
                400,
                r#"{"error":{"message":"Unsupported value: 'timeout' is not one of 'auto' and 'none'.","type":"invalid_request_error","param":"tool_choice","code":"unsupported_value"}}"#,
            ),
            (
                OpenAi,
                400,
                r#"{"error":{"message":"Missing required parameter: 'context_window'.","type":"invalid_request_error","param":"context_window","code":"missing_required_parameter"}}"#,
            ),
            (
                Chat,
                400,
                r#"{"error":{"message":"Unrecognized request argument supplied: quota_project","type":"invalid_request_error","param":null,"code":null}}"#,
            ),
            (
                Chat,
                400,
                r#"{"error":{"message":"The function `overloaded` has no description","type":"invalid_request_error","code":"bad_tool"}}"#,
            ),
            (
                Chat,
                400,
                r#"{"error":{"message":"The tool 'unauthorized' was not declared","type":"invalid_request_error"}}"#,
            ),
            (
                Chat,
                400,
                r#"{"error":{"message":"Field 'api_error' is not allowed","code":"unexpected_field"}}"#,
            ),
            (
                Anthropic,
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"overloaded: Extra inputs are not permitted"}}"#,
            ),
            (
                Anthropic,
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_429"}}"#,
            ),
            (
                Anthropic,
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"messages.3.content.0: `signature` in `thinking` block is invalid"}}"#,
            ),
            (
                Gemini,
                400,
                r#"{"error":{"code":400,"message":"Invalid value at 'contents[0].role': \"permission_denied\"","status":"INVALID_ARGUMENT"}}"#,
            ),
            (
                Gemini,
                400,
                r#"{"error":{"code":400,"message":"Function call is missing a thought_signature in functionCall parts.","status":"INVALID_ARGUMENT"}}"#,
            ),
            (
                Gemini,
                400,
                r#"{"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}}"#,
            ),
            (Ollama, 400, r#"{"error":"registry.ollama.ai/library/none:latest does not support tools"}"#),
            (Ollama, 400, r#"{"error":"invalid character 'x' looking for beginning of value"}"#),
        ],
    ),
    // Failures of the server that speak of the request.
    (
        ServerError,
        true,
        &[
            (
                Anthropic,
                500,
                r#"{"type":"error","error":{"type":"api_error","message":"prompt is too long for the cache: 9 > 8"}}"#,
            ),
            (
                Chat,
                500,
                r#"{"error":{"message":"failed to allocate the context window","type":"internal_error"}}"#,
            ),
            (Chat, 500, r#"{"error":{"message":"maximum context length could not be read","code":500}}"#),
            (Chat, 502, r#"{"error":{"message":"Provider returned error","code":502}}"#),
            (OpenAi, 500, r#"{"error":{"message":"invalid api key cache entry","type":"server_error"}}"#),
            (
                Ollama,
                500,
                r#"{"error":"model runner has unexpectedly stopped, this may be due to resource limitations"}"#,
            ),
        ],
    ),
    // Limits that pass, although they speak of quotas or of sizes.
    (
        RateLimited,
        true,
        &[
            (
                Gemini,
                429,
                r#"{"error":{"code":429,"message":"Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_requests, limit: 10, model: gemini-x. Please retry in 12s.","status":"RESOURCE_EXHAUSTED"}}"#,
            ),
            (
                OpenAi,
                429,
                r#"{"error":{"message":"Request too large for gpt-x in organization org-1 on tokens per min (TPM): Limit 30000, Requested 41000. The input or output tokens must be reduced in order to run successfully.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}"#,
            ),
            (
                Anthropic,
                429,
                r#"{"type":"error","error":{"type":"rate_limit_error","message":"Extra usage is required for long context requests."}}"#,
            ),
            (Chat, 429, r#"{"error":{"message":"Rate limit exceeded: free-models-per-min. ","code":429}}"#),
        ],
    ),
    // Too much to do is no limit of the caller's.
    (
        Overloaded,
        true,
        &[
            (
                Chat,
                503,
                r#"{"error":{"message":"There are no available providers that meet your routing requirements","code":503}}"#,
            ),
            (Chat, 503, r#"{"error":{"message":"Rate limiter is starting","code":503}}"#),
        ],
    ),
    // Who may do what.
    (
        PermissionDenied,
        false,
        &[
            (
                Anthropic,
                403,
                r#"{"type":"error","error":{"type":"forbidden","message":"Request not allowed"}}"#,
            ),
            (Chat, 403, "<html><title>Just a moment...</title></html>"),
            (Chat, 403, r#"{"error":{"message":"Only a rate limited tier may use this model","code":403}}"#),
        ],
    ),
    (
        NotFound,
        false,
        &[
            (Chat, 404, "404 page not found"),
            (Chat, 404, r#"{"detail":"Not Found"}"#),
            (Chat, 404, r#"{"error":{"message":"No endpoints found that support tool use.","code":404}}"#),
        ],
    ),
    (
        AuthenticationFailed,
        false,
        &[
            (Chat, 401, r#"{"error":{"message":"Rate limits of this key are unknown","code":401}}"#),
            (
                Anthropic,
                401,
                r#"{"type":"error","error":{"type":"authentication_error","message":"Your quota belongs to another workspace"}}"#,
            ),
        ],
    ),
];

#[test]
fn no_error_is_taken_for_one_that_it_sounds_like() {
    let wrong: Vec<_> = ROWS.iter().flat_map(|(kind, again, rows)| wrong(*kind, *again, rows)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ROWS.iter().map(|(_, _, rows)| rows.len()).sum::<usize>() >= 40);
}
