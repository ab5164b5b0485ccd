//! Changes while connections are held: what lives on, what dies, and how soon.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::aws::Aws;
use super::daemon::Ringwall;
use super::network::{Host, Network, Tier, entry};
use super::screen::Screen;

/// Waits for a word, connects once, and says how many microseconds that took.
const ONE_TRY: &str = "\
import socket, sys, time
print('ready', flush=True)
sys.stdin.readline()
begin = time.monotonic()
try:
    socket.create_connection((sys.argv[1], 5432), 0.9)
    print(int((time.monotonic() - begin) * 1e6))
except OSError:
    print('refused')
";

/// A line of the table.
struct Line {
    change: String,
    traffic: &'static str,
    predicted: String,
    observed: String,
    stopped_by: String,
    agrees: bool,
}

/// The stage: who talks to whom.
struct Stage<'a> {
    ringwall: &'a Ringwall,
    aws: &'a Aws<'a>,
    screen: &'a Screen,
    psql: String,
    app: &'a Host,
    web: &'a Host,
    database: &'a Host,
    lines: Vec<Line>,
}

/// Makes the changes and shows what they did. Returns how many lines there are, and those that disagree.
pub fn run(ringwall: &Ringwall, aws: &Aws, network: &Network, screen: &Screen) -> Result<(usize, Vec<String>)> {
    let first = |tier| network.of(tier).next().context("a tier without instances");
    let psql = crate::setup::postgres().context("there is no PostgreSQL")?.join("psql").display().to_string();
    let (app, web, database) = (first(Tier::App)?, first(Tier::Web)?, first(Tier::Database)?);
    let mut stage = Stage { ringwall, aws, screen, psql, app, web, database, lines: Vec::new() };
    let mut held = Session::open(&stage)?;
    stage.revoke_a_rule(network, &mut held)?;
    stage.deny_and_allow(network, &mut held)?;
    stage.join_a_group(network)?;
    Ok(stage.show())
}

impl Stage<'_> {
    fn revoke_a_rule(&mut self, network: &Network, held: &mut Session) -> Result<()> {
        let [_, app, database] = &network.groups;
        let rule = format!(
            "--group-id {database} --ip-permissions IpProtocol=tcp,FromPort=5432,ToPort=5432,UserIdGroupPairs=[{{GroupId={app}}}]"
        );
        self.held("(psql is opened)", held, true);
        self.new_one("", true)?;
        self.aws.ec2(&format!("revoke-security-group-ingress {rule}"))?;
        self.held("db stops admitting app", held, true);
        self.new_one("", false)?;
        self.aws.ec2(&format!("authorize-security-group-ingress {rule}"))?;
        self.new_one("db admits app again", true)
    }

    fn deny_and_allow(&mut self, network: &Network, held: &mut Session) -> Result<()> {
        let acl = &network.database_acl;
        let what = "--ingress --rule-number 50 --rule-action deny --protocol tcp --port-range From=5432,To=5432";
        self.aws.ec2(&entry(acl, what, &format!("{}/32", self.app.addresses[0])))?;
        self.held("the ACL denies app-a", held, false);
        self.new_one("", false)?;
        self.aws.ec2(&format!("delete-network-acl-entry --network-acl-id {acl} --ingress --rule-number 50"))?;
        self.new_one("the ACL denies nobody", true)?;
        self.held("", held, true);
        Ok(())
    }

    fn join_a_group(&mut self, network: &Network) -> Result<()> {
        let [web, app, _] = &network.groups;
        let interface = &self.web.interface;
        let set = |groups: String| {
            format!("modify-network-interface-attribute --network-interface-id {interface} --groups {groups}")
        };
        let before = self.one_try(|| Ok(()))?;
        self.tried("(before)", false, before)?;
        let after = self.one_try(|| self.aws.ec2(&set(format!("{web} {app}"))).map(drop))?;
        self.tried("web-a joins app", true, after)?;
        let left = self.one_try(|| self.aws.ec2(&set(web.clone())).map(drop))?;
        self.tried("web-a leaves app", false, left)
    }

    /// Whether the session that is held answers.
    fn held(&mut self, change: &str, session: &mut Session, lives: bool) {
        self.screen.progress("asking in the session that is held");
        // What was lost is sent again by TCP, after pauses that double.
        let patience = if lives { Duration::from_secs(15) } else { Duration::from_secs(2) };
        let answer = session.ask(patience);
        let word = |lives: bool| if lives { "lives" } else { "dead" }.to_owned();
        let observed = match answer {
            Some(time) => format!("lives, answers in {}", time_text(time)),
            None => word(false),
        };
        self.lines.push(Line {
            change: change.to_owned(),
            traffic: "app-a > db-a, held",
            predicted: word(lives),
            observed,
            stopped_by: String::new(),
            agrees: answer.is_some() == lives,
        });
    }

    /// Whether a new psql gets an answer.
    fn new_one(&mut self, change: &str, must: bool) -> Result<()> {
        self.screen.progress("opening a new session");
        let (predicted, stopped_by) = self.predict(self.app)?;
        let connection = format!("host={} user=postgres connect_timeout=2", self.database.addresses[0]);
        let mut command = self.ringwall.exec(&self.app.id, &[&self.psql, "-XAtqc", "SELECT 1", &connection]);
        let passes = command.output()?.status.success();
        self.lines.push(Line {
            change: change.to_owned(),
            traffic: "app-a > db-a, new",
            predicted: verdict(predicted),
            observed: verdict(passes),
            stopped_by,
            agrees: predicted == must && passes == must,
        });
        Ok(())
    }

    /// What `ringwall explain` says about a new connection to the database.
    fn predict(&self, from: &Host) -> Result<(bool, String)> {
        let words = ["--from", &from.id, "--to", &self.database.id, "--port", "5432", "--output", "json"];
        let output = self.ringwall.command("explain").args(words).output()?;
        let document: Value = serde_json::from_slice(&output.stdout).context("read what `ringwall explain` says")?;
        let refusal = &document["request"]["stopped_by"];
        let words = [refusal["layer"].as_str(), refusal["rule"].as_str()];
        Ok((document["reachable"] == true, words.into_iter().flatten().collect::<Vec<_>>().join("  ")))
    }

    /// A process in the web server that stands ready, tries once as soon as the change has been made, and says how long
    /// that took; nothing if it does not get through.
    fn one_try(&self, change: impl FnOnce() -> Result<()>) -> Result<Option<Duration>> {
        let words = ["python3", "-c", ONE_TRY, &self.database.addresses[0]];
        let mut command = self.ringwall.exec(&self.web.id, &words);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        lines.next().context("the process in the web server does not start")??;
        change()?;
        child.stdin.take().context("no input")?.write_all(b"now\n")?;
        let said = lines.next().context("the process in the web server ended")??;
        child.wait()?;
        Ok(said.parse().ok().map(Duration::from_micros))
    }

    fn tried(&mut self, change: &str, must: bool, took: Option<Duration>) -> Result<()> {
        let (predicted, stopped_by) = self.predict(self.web)?;
        let observed = match took {
            Some(time) => format!("passes at once, in {}", time_text(time)),
            None => verdict(false),
        };
        self.lines.push(Line {
            change: change.to_owned(),
            traffic: "web-a > db-a, new",
            predicted: verdict(predicted),
            observed,
            stopped_by,
            agrees: predicted == must && took.is_some() == must,
        });
        Ok(())
    }

    fn show(self) -> (usize, Vec<String>) {
        let screen = self.screen;
        let paint = |text: &str| match text {
            text if text.starts_with("passes") || text.starts_with("lives") => screen.good(text),
            text => screen.refused(text),
        };
        let row = |line: &Line| {
            let mark = if line.agrees { String::new() } else { screen.bad("  DISAGREES") };
            vec![
                line.change.clone(),
                line.traffic.to_owned(),
                paint(&line.predicted),
                paint(&line.observed),
                format!("{}{mark}", screen.faint(&line.stopped_by)),
            ]
        };
        let rows: Vec<Vec<String>> = self.lines.iter().map(row).collect();
        screen.table(&["CHANGE", "SESSION", "PREDICTED", "OBSERVED", "STOPPED BY"], &rows);
        let wrong = self.lines.iter().filter(|line| !line.agrees);
        let words = |line: &Line| format!("{}: predicted {}, observed {}", line.traffic, line.predicted, line.observed);
        (self.lines.len(), wrong.map(words).collect())
    }
}

fn verdict(passes: bool) -> String {
    if passes { "passes" } else { "refused" }.to_owned()
}

fn time_text(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// A psql that stays connected.
struct Session {
    process: Child,
    input: ChildStdin,
    output: Receiver<String>,
    asked: usize,
}

impl Session {
    fn open(stage: &Stage) -> Result<Session> {
        let connection = format!("host={} user=postgres connect_timeout=5", stage.database.addresses[0]);
        let mut command = stage.ringwall.exec(&stage.app.id, &[&stage.psql, "-XAtq", &connection]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = process.stdin.take().context("no input")?;
        let lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        let (sender, output) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut session = Session { process, input, output, asked: 0 };
        ensure!(
            session.ask(Duration::from_secs(10)).is_some(),
            "the database does not answer a psql in {}",
            stage.app.name
        );
        Ok(session)
    }

    /// Asks for a number that was not asked for before, and waits for it. How long it took.
    fn ask(&mut self, patience: Duration) -> Option<Duration> {
        self.asked += 1;
        let begin = Instant::now();
        writeln!(self.input, "SELECT 'answer {}';", self.asked).ok()?;
        let wanted = format!("answer {}", self.asked);
        loop {
            let left = patience.checked_sub(begin.elapsed())?;
            if self.output.recv_timeout(left).ok()? == wanted {
                return Some(begin.elapsed());
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
