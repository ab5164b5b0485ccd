//! The page that a browser is answered with to solve a challenge (WAF-4).

use super::token::{COOKIE, DIFFICULTY};

/// The page for a puzzle. Its script looks for an answer, puts puzzle and answer into the cookie and asks again. It needs no
/// other file and no other host; the puzzle has none of the signs that mean something in HTML.
pub fn challenge(puzzle: &str) -> String {
    let is_plain = |own: &char| own.is_ascii_alphanumeric() || *own == '.';
    let puzzle: String = puzzle.chars().filter(is_plain).collect();
    CHALLENGE.replace("{puzzle}", &puzzle).replace("{bits}", &DIFFICULTY.to_string()).replace("{cookie}", COOKIE)
}

const CHALLENGE: &str = r#"<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="robots" content="noindex"><title>One moment</title></head>
<body>
<noscript><h1>JavaScript is disabled</h1><p>This site checks that you use a browser. Enable JavaScript and reload the page.</p></noscript>
<script>
(async () => {
  const puzzle = "{puzzle}", bits = {bits}, encoder = new TextEncoder();
  const zeros = (digest) => { let n = 0; for (const byte of digest) { if (byte === 0) { n += 8; continue; } return n + Math.clz32(byte) - 24; } return n; };
  let answer = 0;
  while (zeros(new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(puzzle + answer)))) < bits) answer += 1;
  const kept = document.cookie.split("; ").filter((own) => own.startsWith("{cookie}=")).flatMap((own) => own.slice("{cookie}=".length).split("~"));
  const tokens = kept.filter((own) => !own.startsWith("c.")).slice(0, 1).concat(puzzle + answer);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = "{cookie}=" + tokens.join("~") + "; Path=/; SameSite=Lax; Max-Age=345600" + secure;
  location.reload();
})();
</script>
</body>
</html>
"#;
