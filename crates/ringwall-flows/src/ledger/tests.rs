//! Windows, lines, and ends at any moment.

use super::*;
use crate::flow::{Action, SYN};
use crate::format::Format;
use crate::record::tests::{flow, interface};
use ringwall_model::id::ResourceId;
use ringwall_model::resource::flow_log::{Scope, Traffic};

fn log(number: u128, scope: Scope, traffic: Traffic, interval: u32) -> Log {
    let format =
        Format::parse("${interface-id} ${srcaddr} ${packets} ${start} ${end} ${action} ${log-status}").unwrap();
    Log { id: ResourceId::from_random(number), account: "000000000000".into(), scope, traffic, interval, format }
}

fn everything(number: u128, interval: u32) -> Log {
    log(number, Scope::Vpc(ResourceId::from_random(1)), Traffic::All, interval)
}

fn came(flow: Flow, packets: u32, first: i64, last: i64) -> Came {
    let reading = Reading { packets, bytes: u64::from(packets) * 100, tcp: [0, 1, 0, 0] };
    let counter = Counter { flow, detail: 0, begun: 1 };
    Came { counter, reading, first, last, path: None, opened: Some(Direction::Ingress) }
}

fn sweep(at: i64, came: Vec<Came>) -> Sweep {
    let interfaces = vec![(1, interface(7)), (2, interface(8))];
    Sweep { at, came, interfaces, ..Sweep::default() }
}

fn accepted() -> Flow {
    flow(Direction::Ingress, [10, 0, 9, 9], [10, 0, 0, 220])
}

fn refused() -> Flow {
    Flow { action: Action::Reject, ..accepted() }
}

fn waiting(ledger: &mut Ledger, log: &Log) -> Vec<String> {
    ledger.put_together(log.id, 0, None);
    let lines = ledger.outgoing(log.id).map(|outgoing| outgoing.lines.clone()).unwrap_or_default();
    ledger.has_arrived(log.id);
    lines
}

const SEVEN: &str = "eni-00000000000000007";
const EIGHT: &str = "eni-00000000000000008";

#[test]
fn a_window_sums_up_what_came_in_it_and_says_who_was_silent() {
    let (mut ledger, log) = (Ledger::default(), everything(1, 60));
    assert!(ledger.set_logs(std::slice::from_ref(&log), 600));
    ledger.take(&sweep(610, vec![came(accepted(), 2, 601, 609)]));
    assert!(!ledger.close(), "the window goes on");
    ledger.take(&sweep(660, vec![came(accepted(), 3, 610, 655), came(refused(), 1, 650, 650)]));
    assert!(ledger.close());
    let expected = [
        format!("{SEVEN} 10.0.9.9 5 601 655 ACCEPT OK"),
        format!("{SEVEN} 10.0.9.9 1 650 650 REJECT OK"),
        format!("{EIGHT} - - 600 660 - NODATA"),
    ];
    assert_eq!(waiting(&mut ledger, &log), expected, "FL-7, FL-10, FL-15");
    assert!(!ledger.close() && ledger.waiting().is_empty());
}

#[test]
fn logs_see_what_they_cover_and_ask_for() {
    let mut ledger = Ledger::default();
    let one = log(1, Scope::NetworkInterface(ResourceId::from_random(7)), Traffic::Reject, 60);
    let other = log(2, Scope::Subnet(ResourceId::from_random(9)), Traffic::All, 60);
    let long = log(3, Scope::Subnet(ResourceId::from_random(2)), Traffic::Accept, 600);
    ledger.set_logs(&[one.clone(), other.clone(), long.clone()], 600);
    ledger.take(&sweep(660, vec![came(accepted(), 2, 601, 609), came(refused(), 1, 602, 602)]));
    ledger.close();
    assert_eq!(waiting(&mut ledger, &one), [format!("{SEVEN} 10.0.9.9 1 602 602 REJECT OK")], "FL-28");
    assert!(waiting(&mut ledger, &other).is_empty() && waiting(&mut ledger, &long).is_empty(), "FL-1, FL-8");
    ledger.take(&sweep(1200, vec![]));
    ledger.close();
    let expected = [format!("{SEVEN} 10.0.9.9 2 601 609 ACCEPT OK"), format!("{EIGHT} - - 600 1200 - NODATA")];
    assert_eq!(waiting(&mut ledger, &long), expected);
    assert_eq!(waiting(&mut ledger, &one).len(), 1, "NODATA of its one interface");
}

#[test]
fn traffic_that_is_not_asked_for_is_no_silence() {
    let (mut ledger, only) =
        (Ledger::default(), log(1, Scope::NetworkInterface(ResourceId::from_random(7)), Traffic::Reject, 60));
    ledger.set_logs(std::slice::from_ref(&only), 0);
    ledger.take(&sweep(60, vec![came(accepted(), 2, 1, 9)]));
    ledger.close();
    assert!(waiting(&mut ledger, &only).is_empty());
}

#[test]
fn what_could_not_be_counted_shows() {
    let (mut ledger, log) = (Ledger::default(), everything(1, 60));
    ledger.set_logs(std::slice::from_ref(&log), 0);
    ledger.take(&Sweep { losses: vec![(1, 4)], ..sweep(60, vec![came(accepted(), 2, 1, 9)]) });
    ledger.close();
    let expected = [
        format!("{SEVEN} 10.0.9.9 2 1 9 ACCEPT OK"),
        format!("{SEVEN} - - 0 60 - SKIPDATA"),
        format!("{EIGHT} - - 0 60 - NODATA"),
    ];
    assert_eq!((waiting(&mut ledger, &log), ledger.losses(1)), (expected.to_vec(), 4), "FL-15");
    ledger.take(&sweep(120, vec![]));
    ledger.close();
    assert_eq!(waiting(&mut ledger, &log).iter().filter(|line| line.ends_with("SKIPDATA")).count(), 0);
}

#[test]
fn a_ledger_that_was_killed_at_any_moment_comes_to_the_same_lines() {
    let (log, mut random) = (everything(1, 60), fastrand::Rng::with_seed(7));
    for _ in 0..50 {
        let (mut ledger, mut saved, mut journal) = (Ledger::default(), Ledger::default(), Vec::new());
        let mut lines = (Vec::new(), Vec::new());
        ledger.set_logs(std::slice::from_ref(&log), 0);
        saved.set_logs(std::slice::from_ref(&log), 0);
        let mut total = 0;
        for step in 1..40 {
            ledger.meter().begin_sweep();
            total += random.u32(0..4);
            let counter = Counter { flow: accepted(), detail: 0, begun: 1 };
            let reading = Reading { packets: total, bytes: 0, tcp: [0; 4] };
            let mut next = sweep(step * 10, vec![]);
            if let Some(reading) = ledger.meter().read(counter, reading) {
                next.came.push(Came {
                    reading,
                    counter,
                    first: step * 10 - 10,
                    last: step * 10 - 5,
                    path: None,
                    opened: None,
                });
            }
            ledger.take(&next);
            journal.push(next);
            if ledger.close() {
                lines.0.extend(waiting(&mut ledger, &log));
            }
            if random.u8(..4) == 0 {
                let text = serde_json::to_string(&saved).unwrap();
                let mut again: Ledger = serde_json::from_str(&text).unwrap();
                journal.drain(..).for_each(|sweep| again.repeat(&sweep));
                again.close();
                lines.1.extend(waiting(&mut again, &log));
                assert_eq!(again.meter().read(counter, reading), None, "what was reported is known");
                saved = again;
            }
        }
        journal.drain(..).for_each(|sweep| saved.repeat(&sweep));
        saved.close();
        lines.1.extend(waiting(&mut saved, &log));
        let packets = |lines: &[String]| -> u32 {
            lines.iter().filter_map(|line| line.split(' ').nth(2)?.parse::<u32>().ok()).sum()
        };
        assert_eq!(packets(&lines.0), packets(&lines.1));
    }
}

#[test]
fn after_a_gap_nobody_is_called_silent_and_nothing_is_lost() {
    let (mut ledger, log) = (Ledger::default(), everything(1, 60));
    ledger.set_logs(std::slice::from_ref(&log), 0);
    ledger.take(&sweep(10, vec![]));
    // killed, and back ten windows later; the flow ended meanwhile
    ledger.take(&sweep(615, vec![came(accepted(), 9, 10, 305)]));
    ledger.close();
    let told = waiting(&mut ledger, &log);
    assert!(told.contains(&format!("{SEVEN} 10.0.9.9 9 10 305 ACCEPT OK")), "{told:?}");
    let silent: Vec<_> = told.iter().filter(|line| line.ends_with("NODATA")).collect();
    assert!(silent.iter().all(|line| line.contains(" 0 60 ")), "only the window that was looked at: {silent:?}");
}

#[test]
fn lines_wait_until_they_have_arrived() {
    let (mut ledger, log) = (Ledger::default(), everything(1, 60));
    ledger.set_logs(std::slice::from_ref(&log), 0);
    ledger.take(&sweep(60, vec![]));
    ledger.close();
    assert!(ledger.put_together(log.id, 77, Some(3)));
    let first = ledger.outgoing(log.id).cloned().unwrap();
    ledger.take(&sweep(120, vec![]));
    ledger.close();
    assert!(!ledger.put_together(log.id, 99, Some(5)), "the first are still on their way");
    assert_eq!(ledger.outgoing(log.id), Some(&first));
    ledger.has_arrived(log.id);
    assert!(ledger.put_together(log.id, 99, Some(5)));
    assert_eq!(ledger.outgoing(log.id).map(|next| (next.time, next.lines.len())), Some((99, 2)));
    ledger.set_logs(&[], 130);
    assert!(ledger.waiting().is_empty() && !ledger.is_in_use(), "FL-36");
}

#[test]
fn too_many_lines_push_out_the_oldest_and_are_told() {
    let (mut ledger, log) = (Ledger::default(), everything(1, 60));
    ledger.set_logs(std::slice::from_ref(&log), 0);
    ledger.take(&sweep(10, vec![]));
    ledger.books.get_mut(&log.id).unwrap().add(vec!["x".repeat(MOST_WAITING / 2); 3]);
    ledger.take(&sweep(60, vec![]));
    ledger.close();
    let told = waiting(&mut ledger, &log);
    assert_eq!(told.iter().filter(|line| line.ends_with("SKIPDATA")).count(), 2, "FL-15");
    assert!(told.iter().map(|line| line.len() + 1).sum::<usize>() <= MOST_WAITING);
}

#[test]
fn flags_are_those_of_the_interval() {
    assert_eq!(came(accepted(), 1, 0, 0).count().tcp_flags, SYN, "FL-20");
}
