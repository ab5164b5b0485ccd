//! The picture of a CAPTCHA: a word that people read more easily than programs do (WAF-4).
//!
//! Letters stand apart, lean, wave and are crossed by lines; which way, follows from random bytes that are given. This keeps
//! out clients that do not look at pictures at all. Like every such picture it does not keep out one that is made to read it.

use base64::Engine;

/// How many letters a word has.
const LENGTH: usize = 6;

/// Width and height, in points.
const SIZE: (usize, usize) = (224, 64);

/// Letters that are not mistaken for each other, in rows of five points from the top.
const LETTERS: &[(char, [u8; 7])] = &[
    ('A', [0x0e, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11]),
    ('C', [0x0e, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0e]),
    ('E', [0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x1f]),
    ('H', [0x11, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11]),
    ('J', [0x07, 0x02, 0x02, 0x02, 0x02, 0x12, 0x0c]),
    ('K', [0x11, 0x12, 0x14, 0x18, 0x14, 0x12, 0x11]),
    ('L', [0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1f]),
    ('M', [0x11, 0x1b, 0x15, 0x15, 0x11, 0x11, 0x11]),
    ('N', [0x11, 0x19, 0x15, 0x13, 0x11, 0x11, 0x11]),
    ('P', [0x1e, 0x11, 0x11, 0x1e, 0x10, 0x10, 0x10]),
    ('R', [0x1e, 0x11, 0x11, 0x1e, 0x14, 0x12, 0x11]),
    ('T', [0x1f, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04]),
    ('U', [0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e]),
    ('W', [0x11, 0x11, 0x11, 0x15, 0x15, 0x1b, 0x11]),
    ('X', [0x11, 0x11, 0x0a, 0x04, 0x0a, 0x11, 0x11]),
    ('Y', [0x11, 0x11, 0x0a, 0x04, 0x04, 0x04, 0x04]),
    ('3', [0x1f, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0e]),
    ('4', [0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02]),
    ('7', [0x1f, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08]),
];

/// A word of random letters.
pub fn word(random: [u8; 16]) -> String {
    let mut left = u128::from_be_bytes(random);
    let mut letter = || {
        let (own, _) = LETTERS[(left % LETTERS.len() as u128) as usize];
        left /= LETTERS.len() as u128;
        own
    };
    (0..LENGTH).map(|_| letter()).collect()
}

/// The picture of a word, as the address of an image that a page can hold. Letters that are none are left out.
pub fn image(word: &str, random: [u8; 16]) -> String {
    let mut canvas = vec![false; SIZE.0 * SIZE.1];
    let mut dice = Dice(u128::from_be_bytes(random) | 1);
    for (at, own) in word.chars().take(LENGTH).enumerate() {
        if let Some((_, rows)) = LETTERS.iter().find(|(letter, _)| *letter == own.to_ascii_uppercase()) {
            draw(&mut canvas, rows, at, &mut dice);
        }
    }
    for _ in 0..4 {
        line(&mut canvas, &mut dice);
    }
    for _ in 0..160 {
        let at = dice.below(canvas.len());
        canvas[at] = !canvas[at];
    }
    format!("data:image/bmp;base64,{}", base64::engine::general_purpose::STANDARD.encode(bitmap(&canvas)))
}

/// Draws a letter at its place, leaning and waving.
fn draw(canvas: &mut [bool], rows: &[u8; 7], at: usize, dice: &mut Dice) {
    let (scale, left, top) = (5 + dice.below(2), 8 + at * 36 + dice.below(5), 6 + dice.below(10));
    let (lean, phase) = (dice.below(13) as isize - 6, dice.below(12));
    for (row, bits) in rows.iter().enumerate() {
        for column in (0..5).filter(|column| bits >> (4 - column) & 1 == 1) {
            for point in 0..scale * scale {
                let (x, y) = (column * scale + point % scale, row * scale + point / scale);
                let wave = (y + phase) / 6 % 2;
                let x = (left + x + wave) as isize + lean * y as isize / 36;
                set(canvas, x, (top + y) as isize);
            }
        }
    }
}

/// Draws a line through the whole picture.
fn line(canvas: &mut [bool], dice: &mut Dice) {
    let (from, to) = (dice.below(SIZE.1) as isize, dice.below(SIZE.1) as isize);
    for x in 0..SIZE.0 as isize {
        let y = from + (to - from) * x / SIZE.0 as isize;
        set(canvas, x, y);
        set(canvas, x, y + 1);
    }
}

fn set(canvas: &mut [bool], x: isize, y: isize) {
    if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y))
        && x < SIZE.0
        && y < SIZE.1
    {
        canvas[y * SIZE.0 + x] = true;
    }
}

/// A bitmap of one bit for each point, dark on light. Its lines are whole words of 32 points and stand from the bottom up.
fn bitmap(canvas: &[bool]) -> Vec<u8> {
    let data = SIZE.0 / 8 * SIZE.1;
    let mut file = Vec::with_capacity(62 + data);
    file.extend_from_slice(b"BM");
    let header =
        [62 + data, 0, 62, 40, SIZE.0, SIZE.1, 1 | 1 << 16, 0, data, 2835, 2835, 2, 2, 0x00ff_ffff, 0x0020_3040];
    header.iter().for_each(|own| file.extend_from_slice(&(*own as u32).to_le_bytes()));
    for row in canvas.chunks_exact(SIZE.0).rev() {
        file.extend(
            row.chunks_exact(8).map(|points| points.iter().fold(0_u8, |byte, point| byte << 1 | u8::from(*point))),
        );
    }
    file
}

/// Numbers that follow from random bytes.
struct Dice(u128);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(1);
        (self.0 >> 72) as usize % bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_a_bitmap_of_its_size_and_another_for_other_bytes() {
        let decode = |image: &str| {
            let text = image.strip_prefix("data:image/bmp;base64,").expect("an image");
            base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
        };
        for seed in 0..200_u8 {
            let word = word([seed.wrapping_mul(37); 16]);
            let file = decode(&image(&word, [seed; 16]));
            assert_eq!(word.len(), LENGTH);
            assert_eq!(file.len(), u32::from_le_bytes(file[2..6].try_into().unwrap()) as usize);
            assert_eq!(u32::from_le_bytes(file[10..14].try_into().unwrap()), 62);
            let dark: u32 = file[62..].iter().map(|byte| byte.count_ones()).sum();
            assert!((1_000..8_000).contains(&dark), "{dark} points");
            assert_ne!(file, decode(&image(&word, [seed.wrapping_add(1); 16])));
        }
        assert_ne!(word([1; 16]), word([2; 16]));
    }
}
