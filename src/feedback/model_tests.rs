use super::*;

fn meeting() -> MeetingDocument {
    serde_json::from_value(json!({
        "intergroup_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "dawn", "name": "Dawn", "day": 1,
        "time": "23:30", "duration_minutes": 60, "timezone": "America/Chicago", "timezone_source": "given",
        "types": ["O"], "conference": { "url": "https://zoom.us/j/1", "phone": "+13125550100" },
        "contacts_public": false, "published": true,
    }))
    .unwrap()
}

#[test]
fn words_read_back() {
    for kind in FeedbackKind::ALL {
        assert_eq!((FeedbackKind::of(kind.as_str()), json!(kind)), (Some(kind), json!(kind.as_str())));
    }
    for status in FeedbackStatus::ALL {
        assert_eq!((FeedbackStatus::of(status.as_str()), json!(status)), (Some(status), json!(status.as_str())));
    }
    assert_eq!((FeedbackKind::of("x"), FeedbackStatus::of("")), (None, None));
}

#[test]
fn a_proposal_stands_beside_what_the_meeting_says_field_by_field() {
    let patch = json!({ "conference": { "url": null }, "end_time": "00:45", "notes": "Ring twice.", "website": null });
    let shown = |meeting: &MeetingDocument| {
        let differences = Proposal::of(patch.clone(), meeting).beside(meeting).into_iter();
        differences.map(|one| (one.field, one.now, one.proposed)).collect::<Vec<_>>()
    };
    assert_eq!(
        shown(&meeting()),
        [
            (
                "conference".to_owned(),
                Some(json!({ "url": "https://zoom.us/j/1", "phone": "+13125550100" })),
                Some(json!({ "phone": "+13125550100" })),
            ),
            ("end_time".to_owned(), Some(json!("00:30")), Some(json!("00:45"))),
            ("notes".to_owned(), None, Some(json!("Ring twice."))),
            ("website".to_owned(), None, None),
        ]
    );
    let mut link_alone = meeting();
    link_alone.conference.phone = None;
    assert_eq!(shown(&link_alone)[0].2, None);
}

#[test]
fn a_proposal_is_stale_once_a_field_of_it_was_changed_and_not_before() {
    let proposal = Proposal::of(json!({ "time": "20:00", "notes": null, "end_time": "21:00" }), &meeting());
    let changed = |change: fn(&mut MeetingDocument)| {
        let mut meeting = meeting();
        change(&mut meeting);
        proposal.is_stale(&meeting)
    };
    assert!(!changed(|_| {}));
    assert!(!changed(|meeting| meeting.name = "Dusk".to_owned()));
    assert!(changed(|meeting| meeting.notes = Some("Ring.".to_owned())));
    assert!(changed(|meeting| meeting.time = "20:00".parse().ok()));
    assert!(changed(|meeting| meeting.duration_minutes = Some(90)));
}
