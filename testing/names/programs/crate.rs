//! Rust: generics, traits, closures, iterators inlined over many levels, a panic path.
use std::collections::BTreeMap;
use std::fmt;

mod inner {
    pub mod deep {
        #[inline(always)]
        pub fn mix(a: u64, b: u64) -> u64 {
            (a ^ b).rotate_left(7).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        }
    }
    pub trait Weight {
        fn weight(&self) -> u64;
        fn double(&self) -> u64 {
            deep::mix(self.weight(), 2)
        }
    }
    impl Weight for str {
        fn weight(&self) -> u64 {
            self.bytes().fold(0, |sum, byte| deep::mix(sum, u64::from(byte)))
        }
    }
    impl Weight for Vec<u32> {
        fn weight(&self) -> u64 {
            self.iter().filter(|v| *v % 3 == 0).map(|v| u64::from(*v)).sum()
        }
    }
}
use inner::Weight;

struct Pair<T>(T, T);

impl<T: fmt::Debug + PartialOrd> Pair<T> {
    #[inline(never)]
    fn larger(&self) -> &T {
        if self.0 > self.1 { &self.0 } else { &self.1 }
    }
}

#[inline(never)]
fn checked(values: &[u32], at: usize) -> u32 {
    values[at].checked_add(1).expect("a number that fits")
}

#[inline(never)]
fn count_words(text: &str) -> BTreeMap<String, usize> {
    let mut words = BTreeMap::new();
    for word in text.split_whitespace() {
        *words.entry(word.to_string()).or_insert(0) += 1;
    }
    words
}

fn main() {
    let n = std::env::args().count() as u32 + 8;
    let values: Vec<u32> = (0..n).map(|v| v * v).collect();
    let words = count_words("to be or not to be");
    println!("{} {} {:?} {:?} {} {}", "abc".double(), values.double(), Pair(n, 3).larger(),
             Pair("x", "y").larger(), checked(&values, 3), words.len());
}
