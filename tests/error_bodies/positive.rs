//! What is told from other errors.

use steer::ErrorKind::{
    self, AuthenticationFailed, ContextLength, InvalidRequest, NotFound, Overloaded, PermissionDenied,
    QuotaExhausted, RateLimited, RequestBlocked, ServerError, Timeout,
};

use super::{Answer, Anthropic, Chat, Gemini, Ollama, OpenAi, Vendor, wrong};

/// A prompt that does not fit: the answer, how many tokens were asked for, and how many fit.
type Overflow = (Vendor, u16, &'static str, Option<u64>, Option<u64>);

const OVERFLOWS: &[Overflow] = &[
    (
        Anthropic,
        400,
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 207791 tokens > 200000 maximum"},"request_id":"req_1"}"#,
        Some(207_791),
        Some(200_000),
    ),
    (
        Anthropic,
        400,
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or `max_tokens` and try again"}}"#,
        Some(209_573),
        Some(200_000),
    ),
    (
        Anthropic,
        413,
        r#"{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}"#,
        None,
        None,
    ),
    (Anthropic, 413, "<html><head><title>413 Request Entity Too Large</title></head></html>", None, None),
    (
        OpenAi,
        400,
        r#"{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 8227 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
        Some(8227),
        Some(8192),
    ),
    (
        OpenAi,
        400,
        r#"{"error":{"message":"This model's maximum context length is 4097 tokens. However, you requested 4120 tokens (3120 in the messages, 1000 in the completion). Please reduce the length of the messages or completion.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
        Some(4120),
        Some(4097),
    ),
    (
        OpenAi,
        400,
        r#"{"error":{"message":"Your input exceeds the context window of this model. Please adjust your input and try again.","type":"invalid_request_error","param":"input","code":"context_length_exceeded"}}"#,
        None,
        None,
    ),
    (
        Chat,
        400,
        r#"{"error":{"message":"This model's maximum context length is 65536 tokens. However, you requested 72814 tokens (68718 in the messages, 4096 in the completion). Please reduce the length of the messages or completion.","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}"#,
        Some(72_814),
        Some(65_536),
    ),
    (
        Chat,
        400,
        r#"{"object":"error","message":"This model's maximum context length is 4096 tokens, however you requested 4116 tokens (3860 in your prompt; 256 for the completion). Please reduce your prompt; or completion length.","type":"BadRequestError","param":null,"code":400}"#,
        Some(4116),
        Some(4096),
    ),
    (
        Chat,
        400,
        r#"{"error":{"message":"This model's maximum context length is 262144 tokens. However, you requested 0 output tokens and your prompt contains at least 262145 input tokens, for a total of at least 262145 tokens. Please reduce the length of the input prompt or the number of requested output tokens. (parameter=input_tokens, value=262145)","type":"BadRequestError","param":"input_tokens","code":400}}"#,
        Some(262_145),
        Some(262_144),
    ),
    (
        Chat,
        400,
        r#"{"error":{"message":"'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context length is 4096 tokens and your request has 200 input tokens (5000 > 4096 - 200).","type":"BadRequestError","code":400}}"#,
        Some(5000),
        Some(4096),
    ),
    (
        Chat,
        400,
        r#"{"error":{"code":400,"message":"the request exceeds the available context size. try increasing the context size or enable context shift","type":"exceed_context_size_error","n_prompt_tokens":14429,"n_ctx":8192}}"#,
        None,
        None,
    ),
    (
        Chat,
        400,
        r#"{"error":{"code":400,"message":"request (14429 tokens) exceeds the available context size (8192 tokens), try increasing it","type":"exceed_context_size_error"}}"#,
        Some(14_429),
        Some(8192),
    ),
    (
        Chat,
        400,
        r#"{"error":"Trying to keep the first 10136 tokens when context the overflows. However, the model is loaded with context length of only 7866 tokens, which is not enough. Try to load the model with a larger context length, or provide a shorter input."}"#,
        Some(10_136),
        Some(7866),
    ),
    (
        Chat,
        400,
        r#"{"error":"The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 12000>= n_ctx: 8192). Try to load the model with a larger context length, or provide a shorter input."}"#,
        Some(12_000),
        Some(8192),
    ),
    (
        Chat,
        400,
        r#"{"object":"error","message":"Prompt contains 33102 tokens and 0 draft tokens, too large for model with 32768 maximum context length","type":"invalid_request_prompt","param":null,"code":"3051"}"#,
        Some(33_102),
        Some(32_768),
    ),
    (
        Chat,
        400,
        r#"{"error":{"message":"Please reduce the length of the messages or completion.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
        None,
        None,
    ),
    (
        Chat,
        400,
        r#"{"error":{"message":"Invalid request: Your request exceeded model token limit: 262144 (requested: 291351)","type":"invalid_request_error"}}"#,
        Some(291_351),
        Some(262_144),
    ),
    (
        Chat,
        400,
        r#"{"error":{"message":"This endpoint's maximum context length is 200000 tokens. However, you requested about 250123 tokens (249000 of text input, 1123 in the output). Please reduce the length of either one, or use the \"middle-out\" transform to compress your prompt automatically.","code":400}}"#,
        Some(250_123),
        Some(200_000),
    ),
    (
        Chat,
        400,
        r#"{"error":{"message":"prompt token count of 140321 exceeds the limit of 128000","code":"model_max_prompt_tokens_exceeded"}}"#,
        Some(140_321),
        Some(128_000),
    ),
    (
        Chat,
        400,
        r#"{"message":"too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5012. Try using a shorter prompt"}"#,
        Some(5012),
        Some(4081),
    ),
    (
        Chat,
        422,
        r#"{"error":{"message":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9000 `inputs` tokens and 100 `max_new_tokens`","type":"invalid_request_error"}}"#,
        Some(9000),
        Some(8193),
    ),
    (
        Chat,
        400,
        r#"{"error":{"message":"Prompt tokens (9000) exceeds context size (4096)","type":"context_exceeded"}}"#,
        Some(9000),
        Some(4096),
    ),
    (
        Chat,
        400,
        r#"{"type":"error","error":{"type":"bad_request_error","message":"invalid params, context window exceeds limit (2013)","http_code":"400"}}"#,
        None,
        None,
    ),
    (Chat, 400, r#"{"message":"Input is too long for requested model."}"#, None, None),
    (
        Chat,
        400,
        r#"{"code":"Client specified an invalid argument","error":"This model's maximum prompt length is 131072 but the request contains 537812 tokens."}"#,
        Some(537_812),
        Some(131_072),
    ),
    (
        Gemini,
        400,
        r#"{"error":{"code":400,"message":"The input token count (1048999) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}"#,
        Some(1_048_999),
        Some(1_048_576),
    ),
    (
        Gemini,
        400,
        r#"[{"error":{"code":400,"message":"Unable to submit request because the input token count is 32825 but model only supports up to 32768. Reduce the input token count and try again.","status":"INVALID_ARGUMENT"}}]"#,
        Some(32_825),
        Some(32_768),
    ),
    (Ollama, 400, r#"{"error":"the input length exceeds the context length"}"#, None, None),
    (Ollama, 400, r#"{"error":"prompt too long; exceeded max context length by 4 tokens"}"#, None, None),
];

const OTHERS: &[(ErrorKind, bool, &[Answer])] = &[
    (
        AuthenticationFailed,
        false,
        &[
            (
                Anthropic,
                401,
                r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"},"request_id":"req_1"}"#,
            ),
            (
                Anthropic,
                401,
                r#"{"type":"error","error":{"type":"authentication_error","message":"OAuth token has expired. Please obtain a new token."}}"#,
            ),
            (
                OpenAi,
                401,
                r#"{"error":{"message":"Incorrect API key provided: sk-****. You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
            ),
            (
                OpenAi,
                400,
                r#"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***. You can obtain an API key from https://console.x.ai."}"#,
            ),
            (Chat, 401, r#"{"error":{"message":"No auth credentials found","code":401}}"#),
            (Chat, 401, r#"{"detail":"Unauthorized"}"#),
            (
                Gemini,
                400,
                r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}"#,
            ),
            (
                Gemini,
                401,
                r#"{"error":{"code":401,"message":"Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.","status":"UNAUTHENTICATED"}}"#,
            ),
        ],
    ),
    (
        PermissionDenied,
        false,
        &[
            (
                Anthropic,
                403,
                r#"{"type":"error","error":{"type":"permission_error","message":"Your API key does not have permission to use the specified resource."}}"#,
            ),
            (
                OpenAi,
                403,
                r#"{"error":{"message":"Country, region, or territory not supported","type":"request_forbidden","param":null,"code":"unsupported_country_region_territory"}}"#,
            ),
            (
                Gemini,
                403,
                r#"{"error":{"code":403,"message":"Your API key doesn't have the required permissions.","status":"PERMISSION_DENIED"}}"#,
            ),
        ],
    ),
    (
        NotFound,
        false,
        &[
            (
                Anthropic,
                404,
                r#"{"type":"error","error":{"type":"not_found_error","message":"model: claude-none"}}"#,
            ),
            (
                OpenAi,
                404,
                r#"{"error":{"message":"The model `gpt-none` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#,
            ),
            (
                Gemini,
                404,
                r#"{"error":{"code":404,"message":"models/gemini-none is not found for API version v1beta, or is not supported for generateContent.","status":"NOT_FOUND"}}"#,
            ),
            (Ollama, 404, r#"{"error":"model 'none' not found"}"#),
            (Chat, 400, r#"{"error":{"message":"No such model: none","type":"invalid_request_error"}}"#),
        ],
    ),
    (
        QuotaExhausted,
        false,
        &[
            (
                OpenAi,
                429,
                r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
            ),
            (
                OpenAi,
                429,
                r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":null}}"#,
            ),
            (
                OpenAi,
                400,
                r#"{"error":{"message":"Billing hard limit has been reached","type":"invalid_request_error","param":null,"code":"billing_hard_limit_reached"}}"#,
            ),
            (
                Anthropic,
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."}}"#,
            ),
            (
                Anthropic,
                403,
                r#"{"type":"error","error":{"type":"billing_error","message":"There is an issue with your organization's billing."}}"#,
            ),
            (
                Chat,
                402,
                r#"{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}"#,
            ),
            (
                Chat,
                402,
                r#"{"error":{"message":"This request requires more credits, or fewer max_tokens. You requested up to 64000 tokens, but can only afford 712.","code":402}}"#,
            ),
            (
                Chat,
                429,
                r#"{"error":{"code":"1113","message":"Insufficient balance or no resource package. Please recharge."}}"#,
            ),
            (
                Chat,
                403,
                r#"{"code":"The caller does not have permission to execute the specified operation","error":"Your team has either used all available credits or reached its monthly spending limit."}"#,
            ),
        ],
    ),
    (
        RateLimited,
        true,
        &[
            (
                Anthropic,
                429,
                r#"{"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your organization's rate limit of 30,000 input tokens per minute."}}"#,
            ),
            (
                OpenAi,
                429,
                r#"{"error":{"message":"Rate limit reached for gpt-x in organization org-1 on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 2s.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}"#,
            ),
            (Chat, 429, r#"{"message":"Requests rate limit exceeded"}"#),
            (Chat, 429, "Too Many Requests"),
            (
                Gemini,
                429,
                r#"{"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED"}}"#,
            ),
            (
                Gemini,
                429,
                r#"{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details. Please retry in 34.07s.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}"#,
            ),
        ],
    ),
    (
        Overloaded,
        true,
        &[
            (
                Anthropic,
                529,
                r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            ),
            (
                Anthropic,
                503,
                "upstream connect error or disconnect/reset before headers. reset reason: overflow",
            ),
            (
                OpenAi,
                503,
                r#"{"error":{"message":"The engine is currently overloaded, please try again later.","type":"service_unavailable_error","param":null,"code":null}}"#,
            ),
            (
                OpenAi,
                503,
                r#"{"error":{"message":"Our servers are currently overloaded. Please try again later.","type":"service_unavailable_error","code":"server_is_overloaded"}}"#,
            ),
            (
                Gemini,
                503,
                r#"{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}"#,
            ),
            (Ollama, 503, r#"{"error":"server busy, please try again.  maximum pending requests exceeded"}"#),
            (
                Chat,
                429,
                r#"{"error":{"message":"The engine is currently overloaded, please try again later","type":"engine_overloaded_error"}}"#,
            ),
            (
                Chat,
                498,
                r#"{"error":{"message":"Flex tier capacity exceeded, please try again later","type":"flex_tier_capacity_exceeded","code":"capacity_exceeded"}}"#,
            ),
        ],
    ),
    (
        ServerError,
        true,
        &[
            (
                Anthropic,
                500,
                r#"{"type":"error","error":{"type":"api_error","message":"Internal server error"}}"#,
            ),
            (
                OpenAi,
                500,
                r#"{"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":null}}"#,
            ),
            (
                Gemini,
                500,
                r#"{"error":{"code":500,"message":"An internal error has occurred. Please retry or report.","status":"INTERNAL"}}"#,
            ),
            (Chat, 502, "<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>"),
            (Chat, 520, "error code: 520"),
            (Ollama, 500, r#"{"error":"llama runner process has terminated: signal: killed"}"#),
        ],
    ),
    (
        Timeout,
        true,
        &[
            (
                Gemini,
                504,
                r#"{"error":{"code":504,"message":"Deadline expired before operation could complete.","status":"DEADLINE_EXCEEDED"}}"#,
            ),
            (
                Anthropic,
                504,
                r#"{"type":"error","error":{"type":"timeout_error","message":"Request timed out"}}"#,
            ),
            (Chat, 408, r#"{"error":{"message":"Request timed out","code":408}}"#),
            (Chat, 504, "<html>504 Gateway Time-out</html>"),
        ],
    ),
    (
        RequestBlocked,
        false,
        &[
            (
                OpenAi,
                400,
                r#"{"error":{"message":"Your request was rejected as a result of our safety system.","type":"invalid_request_error","param":null,"code":"content_policy_violation"}}"#,
            ),
            (
                Chat,
                400,
                r#"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
            ),
            (
                Chat,
                403,
                r#"{"error":{"code":403,"message":"Your chosen model requires moderation and your input was flagged","metadata":{"reasons":["violence"],"flagged_input":"hidden"}}}"#,
            ),
            (
                Chat,
                400,
                r#"{"error":{"message":"Content Exists Risk","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}"#,
            ),
        ],
    ),
    (
        InvalidRequest,
        true,
        &[(
            Chat,
            409,
            r#"{"error":{"message":"Another request is at work on this conversation","type":"conflict"}}"#,
        )],
    ),
];

#[test]
fn every_prompt_that_is_too_long_is_known_with_the_numbers_that_the_vendor_says() {
    let rows: Vec<_> = OVERFLOWS.iter().map(|(vendor, status, body, ..)| (*vendor, *status, *body)).collect();
    let mut wrong = wrong(ContextLength, false, &rows);
    for (vendor, status, body, asked, limit) in OVERFLOWS {
        let overflow = vendor.says(*status, body).context_overflow();
        let found =
            (overflow.and_then(|overflow| overflow.asked), overflow.and_then(|overflow| overflow.limit));
        if found != (*asked, *limit) {
            wrong.push(format!(
                "{vendor:?} {status} {body}\n    says {found:?} and should say {:?}",
                (asked, limit)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_other_error_is_what_the_vendor_means_and_is_sent_again_only_where_that_helps() {
    let wrong: Vec<_> = OTHERS.iter().flat_map(|(kind, again, rows)| wrong(*kind, *again, rows)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let rows = OTHERS.iter().map(|(_, _, rows)| rows.len()).sum::<usize>();
    assert!(rows.saturating_add(OVERFLOWS.len()) >= 60);
}
