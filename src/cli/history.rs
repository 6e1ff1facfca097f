//! What was said in a conversation, as far as a model can be asked to go on from it. Pure.

use steer::{CompletionResponse, Message, Role, ToolResult};

/// `History` holds the turns of a conversation.
///
/// A question whose answer never began is taken back, so that it can be asked again; an answer that broke off stays
/// with the text that had come.
#[derive(Debug, Default)]
pub(crate) struct History(Vec<Message>);

impl History {
    /// The turns so far.
    pub(crate) fn messages(&self) -> &[Message] {
        &self.0
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The user asks.
    pub(crate) fn asked(&mut self, question: Message) {
        self.0.push(question);
    }

    /// The model answered in full.
    pub(crate) fn answered(&mut self, response: CompletionResponse) {
        // A call must be answered before the conversation can go on, and there is no one here to run it.
        let results: Vec<ToolResult> = response
            .tool_calls()
            .map(|call| ToolResult::missing(&call.id, "this program does not run tools").for_tool(&call.name))
            .collect();
        if response.content.is_empty() {
            self.take_back();
            return;
        }
        self.0.push(response.into_message());
        if !results.is_empty() {
            self.0.push(Message::tools(results));
        }
    }

    /// The answer failed or was ended; says whether the question stays.
    pub(crate) fn broke_off(&mut self, partial: Option<&CompletionResponse>) -> bool {
        // Only text outlives its answer: signatures and calls are complete, or worth nothing.
        let text = partial.map(CompletionResponse::extract_text).unwrap_or_default();
        let stays = !text.trim().is_empty();
        if stays {
            self.0.push(Message::assistant(text.into_owned()));
        } else {
            self.take_back();
        }
        stays
    }

    fn take_back(&mut self) {
        if self.0.last().is_some_and(|last| last.role == Role::User) {
            self.0.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use steer::message::Thinking;
    use steer::{CompletionResponse, Message, Part, Role, ToolCall};

    use super::History;

    fn response(parts: Vec<Part>) -> CompletionResponse {
        let mut response = CompletionResponse::default();
        response.content = parts;
        response
    }

    fn asked() -> History {
        let mut history = History::default();
        history.asked(Message::user("why?"));
        history
    }

    #[test]
    fn a_question_without_an_answer_is_taken_back() {
        for partial in
            [None, Some(response(vec![])), Some(response(vec![Part::Thinking(Thinking::new("hm"))]))]
        {
            let mut history = asked();
            assert!(!history.broke_off(partial.as_ref()));
            assert!(history.messages().is_empty());
        }
    }

    #[test]
    fn of_an_answer_that_broke_off_the_text_stays_and_nothing_else() {
        let mut history = asked();
        let cut = ToolCall::new("1", "f", "{").incomplete();
        let partial = response(vec![Part::Thinking(Thinking::new("hm")), Part::text("Beca"), cut.into()]);
        assert!(history.broke_off(Some(&partial)));
        assert_eq!(history.messages().len(), 2);
        assert_eq!(history.messages()[1].parts, vec![Part::text("Beca")]);
    }

    #[test]
    fn a_tool_call_gets_the_answer_that_no_one_ran_it() {
        let mut history = asked();
        history.answered(response(vec![Part::text("I look."), ToolCall::new("1", "f", "{}").into()]));
        let roles: Vec<Role> = history.messages().iter().map(|message| message.role).collect();
        assert_eq!(roles, [Role::User, Role::Assistant, Role::Tool]);
        assert_eq!(history.messages()[1].parts[0], Part::text("I look."));
        history.clear();
        assert!(history.messages().is_empty());
    }
}
