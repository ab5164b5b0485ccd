//! The pages that a browser is answered with to solve a puzzle (WAF-4).

use super::token::{COOKIE, DIFFICULTY};

/// The page for a puzzle. Its script looks for an answer, puts puzzle and answer into the cookie and asks again. It needs no
/// other file and no other host; the puzzle has none of the signs that mean something in HTML.
pub fn challenge(puzzle: &str) -> String {
    let is_plain = |own: &char| own.is_ascii_alphanumeric() || *own == '.';
    let puzzle: String = puzzle.chars().filter(is_plain).collect();
    CHALLENGE.replace("{puzzle}", &puzzle).replace("{bits}", &DIFFICULTY.to_string()).replace("{cookie}", COOKIE)
}

/// The page for a person's puzzle, with the picture of its word.
pub fn captcha(puzzle: &str, image: &str) -> String {
    let is_plain = |own: &char| own.is_ascii_alphanumeric() || "./:;,+=".contains(*own);
    let (puzzle, image): (String, String) =
        (puzzle.chars().filter(is_plain).collect(), image.chars().filter(is_plain).collect());
    CAPTCHA.replace("{puzzle}", &puzzle).replace("{image}", &image).replace("{cookie}", COOKIE)
}

const CAPTCHA: &str = r#"<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="robots" content="noindex"><title>Human verification</title></head>
<body>
<h1>Let us confirm that you are human</h1>
<form id="form"><p><label>Type what the picture shows: <img src="{image}" alt="six letters and digits"> <input id="answer" autocomplete="off" autofocus required maxlength="12"></label></p>
<p><button>Confirm</button></p></form>
<noscript><p>JavaScript is disabled. Enable it and reload the page.</p></noscript>
<script>
document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const answer = document.getElementById("answer").value.replace(/[^0-9A-Za-z]/g, "");
  const kept = document.cookie.split("; ").filter((own) => own.startsWith("{cookie}=")).flatMap((own) => own.slice("{cookie}=".length).split("~"));
  const tokens = kept.filter((own) => own.startsWith("c.")).slice(0, 1).concat("{puzzle}" + answer);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = "{cookie}=" + tokens.join("~") + "; Path=/; SameSite=Lax; Max-Age=345600" + secure;
  location.reload();
});
</script>
</body>
</html>
"#;

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
