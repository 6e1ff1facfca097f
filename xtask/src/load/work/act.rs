use super::attack::Attack;

/// `Act` is what the server does with a request. The address that the client asks names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Answers at once.
    Answer,
    /// Sends so many deltas, one each so many milliseconds, whose text is the time at which they were sent.
    Ticks(usize, u64),
    /// Lets so many milliseconds pass between any two frames.
    Gaps(u64),
    /// Sends a keep-alive each so many milliseconds, ten of them before the first content and ten behind.
    Pings(u64),
    /// Answers so far and no further, until the client goes away.
    Hold(Phase),
    /// Fails in one of three ways.
    Outage,
    /// Fails in most ways that there are, and answers in between.
    Mixed,
    /// Sends what no client should have to take.
    Attack(Attack),
}

/// `Phase` is how far an answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing.
    Headers,
    /// The headers, and what comes before the first content.
    Opening,
    /// The first content.
    Content,
}

impl Act {
    /// Reads what `name` wrote.
    pub(super) fn read(name: &str) -> Option<Self> {
        let mut words = name.split('-');
        let act = words.next()?;
        let rest = name.split_once('-').map_or("", |(_, rest)| rest);
        Some(match act {
            "answer" => Self::Answer,
            "ticks" => Self::Ticks(words.next()?.parse().ok()?, words.next()?.parse().ok()?),
            "gaps" => Self::Gaps(rest.parse().ok()?),
            "pings" => Self::Pings(rest.parse().ok()?),
            "hold" => Self::Hold(Phase::ALL.into_iter().find(|phase| phase.name() == rest)?),
            "outage" => Self::Outage,
            "mixed" => Self::Mixed,
            "attack" => Self::Attack(Attack::ALL.into_iter().find(|attack| attack.name() == rest)?),
            _ => return None,
        })
    }

    /// How an address names it.
    pub(super) fn name(self) -> String {
        match self {
            Self::Answer => "answer".to_owned(),
            Self::Ticks(events, milliseconds) => format!("ticks-{events}-{milliseconds}"),
            Self::Gaps(milliseconds) => format!("gaps-{milliseconds}"),
            Self::Pings(milliseconds) => format!("pings-{milliseconds}"),
            Self::Hold(phase) => format!("hold-{}", phase.name()),
            Self::Outage => "outage".to_owned(),
            Self::Mixed => "mixed".to_owned(),
            Self::Attack(attack) => format!("attack-{}", attack.name()),
        }
    }
}

impl Phase {
    pub(super) const ALL: [Self; 3] = [Self::Headers, Self::Opening, Self::Content];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Headers => "headers",
            Self::Opening => "opening",
            Self::Content => "content",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_read_as_it_was_written() {
        let mut acts = vec![Act::Answer, Act::Ticks(30, 1000), Act::Gaps(9), Act::Pings(900)];
        acts.extend([Act::Outage, Act::Mixed]);
        acts.extend(Phase::ALL.map(Act::Hold));
        acts.extend(Attack::ALL.map(Act::Attack));
        for act in acts {
            assert_eq!(Act::read(&act.name()), Some(act));
        }
        assert_eq!(Act::read("hold-nothing"), None);
        assert_eq!(Act::read("ticks-1"), None);
    }
}
