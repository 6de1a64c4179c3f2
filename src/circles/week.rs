//! Everything that a circle's screen shows of a week.
//!
//! Three statements, however many there are: one tells who asks, one reads all
//! rows, one the keys of those who wrote them.

use super::{
    answer::Answer,
    check_in::CheckIn,
    goal::Goal,
    milestone::Milestone,
    model::{Asks, stewards_since},
    nudging::Nudge,
    service::Circles,
    store::{self, PeerRow, WeekRows},
    token::PassToken,
    writing::with_answers,
};
use crate::{
    http::ApiError,
    kernel::{CircleId, IsoWeek},
};

/// A week of a circle as one of its passes sees it.
pub(super) struct Week {
    pub circle: CircleId,
    pub seats: i16,
    pub peers: Vec<PeerRow>,
    pub check_ins: Vec<CheckIn>,
    pub goals: Vec<Goal>,
    pub milestones: Vec<(Milestone, Vec<Answer>)>,
    pub nudges: Vec<Nudge>,
}

impl Circles {
    /// A week of one's circle.
    pub(super) async fn week(&self, token: &PassToken, week: IsoWeek) -> Result<Week, ApiError> {
        let (mut connection, pass) = self.look(token, Asks::Reads).await?;
        let circle = pass.circle()?;
        let (monday, since) = (week.monday().date(), stewards_since(self.clock.now()));
        let rows = store::read_week(&mut connection, (pass.id, circle), monday, since).await?;
        drop(connection);
        let WeekRows { seats, peers, check_ins, goals, milestones, answers, nudges } = rows;
        // Who is asked in a nudge has written nothing: authors are enough.
        let authors = check_ins.iter().chain(&goals).map(|row| row.pass_id);
        let authors = authors.chain(milestones.iter().map(|row| row.pass_id));
        let authors = authors.chain(answers.iter().map(|row| row.pass_id)).chain(nudges.iter().map(|row| row.pass_id));
        let keys = self.keys_of_authors(authors).await?;
        let mut answers = Answer::open_all(answers, &keys)?;
        // Whose key is gone has left meanwhile, and what they wrote with them.
        let check_ins =
            check_ins.into_iter().filter_map(|row| keys.get(&row.pass_id).map(|key| CheckIn::open(row, key)));
        let goals = goals.into_iter().filter_map(|row| keys.get(&row.pass_id).map(|key| Goal::open(row, key)));
        let nudges = nudges.into_iter().filter_map(|row| keys.get(&row.pass_id).map(|key| Nudge::open(row, key)));
        let mut shared = Vec::new();
        for row in milestones {
            if let Some(key) = keys.get(&row.pass_id) {
                let said = answers.remove(&row.id).unwrap_or_default();
                shared.push((Milestone::open(row, key)?, said));
            }
        }
        Ok(Week {
            circle,
            seats,
            peers,
            check_ins: with_answers(check_ins.collect::<Result<_, _>>()?, &mut answers),
            goals: with_answers(goals.collect::<Result<_, _>>()?, &mut answers),
            milestones: shared,
            nudges: nudges.collect::<Result<_, _>>()?,
        })
    }
}
