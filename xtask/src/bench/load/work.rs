use std::sync::Arc;

use steer::{Client, CompletionRequest, Delivery, Message};

use super::floor::Floor;
use super::text::{conversation, deltas};
use super::{client, floor_plus};
use crate::bench::subject::{Api, Contender, EVENTS, Workload};
use crate::verdict::Obstacle;

/// How many deltas the short stream has.
pub(super) const SMALL: usize = 4;
/// How many pieces the text of a whole body has.
pub(super) const WHOLE: usize = 300;

const TURNS: usize = 401;
const SENT: usize = 4 << 20;

/// `Work` is one request of one contender, ready to be made again and again.
pub(super) struct Work {
    api: Api,
    workload: Workload,
    contender: Contender,
    client: Client,
    request: Arc<CompletionRequest>,
    turns: Vec<String>,
    floor: Floor,
    /// How many bytes of text the answer holds, which whoever reads it must find.
    expected: usize,
}

impl Work {
    pub(super) fn new(
        api: Api,
        workload: Workload,
        contender: Contender,
        provider: &str,
        url: &str,
    ) -> Result<Self, Obstacle> {
        let client = Client::builder()
            .environment(steer::auth::Environment::of::<String, String>([]))
            .api_key(provider, "key")
            .base_url(provider, format!("{url}/{}/{}", api.name(), workload.name()))
            .build()?;
        let turns = match workload {
            Workload::Send => conversation(TURNS, SENT),
            _ => vec!["Hello".to_owned()],
        };
        let request = Arc::new(request(provider, workload, &turns));
        let sent = client.preview(Arc::clone(&request))?.ok_or("the provider does not speak HTTP")?;
        let count = match workload {
            Workload::Chunks | Workload::Batch => EVENTS,
            Workload::Small => SMALL,
            Workload::Whole | Workload::Send => WHOLE,
        };
        let expected = deltas(count).iter().map(|delta| delta.len()).sum();
        Ok(Self { api, workload, contender, client, request, turns, floor: Floor::new(&sent)?, expected })
    }

    /// The size of the request's body.
    pub(super) fn body(&self) -> usize {
        self.floor.body().len()
    }

    /// Makes the request and reads the answer to its end.
    pub(super) async fn once(&self) -> Result<(), Obstacle> {
        let is_whole = matches!(self.workload, Workload::Whole | Workload::Send);
        let found = match self.contender {
            Contender::Floor if is_whole => return self.floor.whole(self.ready()).await.map(drop),
            Contender::Floor => return self.floor.stream().await,
            Contender::FloorPlus if is_whole => {
                let body = match self.workload {
                    Workload::Send => floor_plus::body(&self.turns)?,
                    _ => self.ready(),
                };
                floor_plus::whole(self.api, &self.floor.whole(body).await?)?
            }
            Contender::FloorPlus => floor_plus::stream(self.api, &self.floor).await?,
            Contender::Steer if is_whole => client::whole(&self.client, Arc::clone(&self.request)).await?,
            Contender::Steer => client::stream(&self.client, Arc::clone(&self.request)).await?,
        };
        if found == self.expected {
            return Ok(());
        }
        Err(format!("{} read {found} bytes of text of {}", self.contender.name(), self.expected).into())
    }

    /// The body as it lies ready. It is copied, since whoever sends has it in memory once.
    fn ready(&self) -> Vec<u8> {
        self.floor.body().to_vec()
    }
}

fn request(provider: &str, workload: Workload, turns: &[String]) -> CompletionRequest {
    let delivery = match workload {
        Workload::Whole | Workload::Send => Delivery::Whole,
        _ => Delivery::Stream,
    };
    let makers = [Message::user as fn(String) -> Message, Message::assistant].into_iter().cycle();
    CompletionRequest::new(format!("{provider}/model-large"))
        .messages(makers.zip(turns).map(|(make, text)| make(text.clone())))
        .max_output_tokens(1000)
        .delivery(delivery)
}
