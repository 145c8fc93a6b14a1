#![doc = include_str!("../README.md")]

mod checksum;
mod clock;
mod encoding;
mod master_key;
mod random;
mod secret;
mod timestamp;

pub use checksum::{CHECKSUM_LENGTH, append_checksum, split_checksum};
pub use clock::{Clock, ClockHealth, FixedClock, ShiftedClock, Stopwatch, SystemClock, cpu_time_of_this_thread};
pub use encoding::{NotBase64Url, decode_base64url, decode_base64url_array, decode_base64url_into, encode_base64url};
pub use master_key::{KeyId, MasterKey, MasterKeyError, MasterKeys, Purpose, PurposeKey};
pub use random::{OsRandom, Random, SeededRandom};
pub use secret::{Secret, SecretHash};
pub use timestamp::Timestamp;
