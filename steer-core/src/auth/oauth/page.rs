use std::fmt::Write;

use super::Verdict;

/// The most characters of a server's own words that the page shows.
const LONGEST: usize = 300;

/// The whole HTTP response to a browser that came back. No script runs in it, nothing is loaded, and nothing of it is
/// kept.
pub(super) fn response(verdict: &Verdict) -> Vec<u8> {
    let (status, title, text) = match verdict {
        Verdict::Code(_) => {
            (200, "Signed in", "You can close this page and go back to the program.".to_owned())
        }
        Verdict::Refused { code, description } => (200, "Not signed in", refused(code, description)),
        Verdict::Rejected { status, why } => (*status, "Nothing happened", (*why).to_owned()),
    };
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <h1>{title}</h1><p>{}</p></html>\n",
        escaped(&text)
    );
    let allow = if status == 405 { "allow: GET\r\n" } else { "" };
    format!(
        "HTTP/1.1 {status} {}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\ncontent-security-policy: default-src 'none'; frame-ancestors 'none'\r\n\
         x-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\n{allow}connection: close\r\n\r\n{body}",
        reason(status),
        body.len(),
    )
    .into_bytes()
}

fn refused(code: &Option<String>, description: &Option<String>) -> String {
    let mut text = "The sign-in was refused".to_owned();
    // Writing to a text cannot fail.
    let _written = code.as_ref().map(|code| write!(text, " ({code})"));
    text.push_str(". You can close this page and go back to the program.");
    if let Some(description) = description {
        text.push_str(" The server says: ");
        text.extend(description.chars().filter(|c| !c.is_control()).take(LONGEST));
    }
    text
}

/// A text in which HTML sees nothing but text.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        404 => "Not Found",
        405 => "Method Not Allowed",
        431 => "Request Header Fields Too Large",
        _ => "Bad Request",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(verdict: &Verdict) -> String {
        String::from_utf8(response(verdict)).unwrap()
    }

    #[test]
    fn what_a_server_says_is_text_and_no_markup() {
        let page = page(&Verdict::Refused {
            code: Some("access_denied".into()),
            description: Some("<script>alert('x')</script>\r\n\u{1b}\"&".into()),
        });
        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;"), "{page}");
        assert!(!page.contains("<script") && !page.contains('\u{1b}'), "{page}");
    }

    #[test]
    fn a_page_is_not_kept_and_holds_no_secret() {
        let page = page(&Verdict::Code("CANARY".into()));
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("\r\ncache-control: no-store\r\n"));
        assert!(!page.contains("CANARY"));
        let (head, body) = page.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())));
    }

    #[test]
    fn a_long_description_is_cut() {
        let description = Some("é".repeat(10_000));
        assert!(page(&Verdict::Refused { code: None, description }).len() < 2000);
    }
}
