//! A device: what a user agent says it is, in words people use, and the cookie by which a known one is recognised.
//!
//! A user agent is a hint for its owner's eyes. Nothing is ever decided by it.

use std::fmt;
use std::time::Duration;

use cloakroom_cookie::{CookieKeys, SealPurpose};
use cloakroom_primitives::{Random, Timestamp};
use cloakroom_session::UserId;

/// What a user agent says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Device {
    /// The browser or tool, if its name is known here.
    pub(crate) program: Option<&'static str>,
    /// What it runs on, if that is told and known here.
    pub(crate) system: Option<&'static str>,
}

/// What each program's user agent holds. Programs built on others hold their marks too, so they stand before them.
const PROGRAMS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
];

/// The same for tools, whose user agents begin with their names.
const TOOLS: &[(&str, &str)] = &[
    ("curl/", "curl"),
    ("Wget/", "Wget"),
    ("HTTPie/", "HTTPie"),
    ("PostmanRuntime/", "Postman"),
    ("insomnia/", "Insomnia"),
    ("python-requests/", "Python"),
    ("python-httpx/", "Python"),
    ("Python-urllib/", "Python"),
    ("Python/", "Python"),
    ("Go-http-client/", "Go"),
    ("PowerShell/", "PowerShell"),
];

/// What each system's user agents hold. A phone's name stands before the system it shares with others.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Mac OS X", "Mac"),
    ("Ubuntu", "Ubuntu"),
    ("Fedora", "Fedora"),
    ("Linux", "Linux"),
    ("FreeBSD", "FreeBSD"),
    ("OpenBSD", "OpenBSD"),
];

/// What an Android app that shows web pages holds beside the mark of Chrome.
const WEB_VIEW: &str = "; wv)";

impl Device {
    /// Reads a user agent.
    pub(crate) fn of(user_agent: &str) -> Self {
        Self { program: program(user_agent), system: find(SYSTEMS, |mark| user_agent.contains(mark)) }
    }
}

fn program(user_agent: &str) -> Option<&'static str> {
    if !user_agent.starts_with("Mozilla/") {
        return find(TOOLS, |mark| user_agent.starts_with(mark));
    }
    if user_agent.contains(WEB_VIEW) {
        return None;
    }
    // Nearly every browser says that it is Safari; Safari alone also says which version.
    let is_safari = user_agent.contains("Safari/") && user_agent.contains("Version/");
    find(PROGRAMS, |mark| user_agent.contains(mark)).or(is_safari.then_some("Safari"))
}

fn find(names: &[(&str, &'static str)], holds: impl Fn(&str) -> bool) -> Option<&'static str> {
    names.iter().find(|(mark, _)| holds(mark)).map(|(_, name)| *name)
}

/// "Firefox on Ubuntu", "curl", "an app on Android", "an app".
impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.program.unwrap_or("an app"))?;
        self.system.map_or(Ok(()), |system| write!(f, " on {system}"))
    }
}

/// Names a device to the account that signed in on it: 16 random bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct DeviceId([u8; 16]);

impl DeviceId {
    /// Takes the bytes that a cookie carries.
    #[cfg(test)]
    pub(crate) const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes for a cookie to carry.
    pub(crate) const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    fn generate(random: &dyn Random) -> Self {
        let mut bytes = [0; 16];
        random.fill(&mut bytes);
        Self(bytes)
    }
}

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceId(..)")
    }
}

/// For how long a device is known after a sign-in on it.
pub(crate) const KNOWN_FOR: Duration = Duration::from_hours(400 * 24);

const DEVICE: SealPurpose = SealPurpose::new("device");

/// A device on which a user has signed in before. The cookie that says so is sealed; it proves nothing but that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownDevice {
    user: UserId,
    id: DeviceId,
}

impl KnownDevice {
    /// A device on which `user` has just signed in for the first time.
    pub(crate) fn new(user: UserId, random: &dyn Random) -> Self {
        Self { user, id: DeviceId::generate(random) }
    }

    /// The cookie's value, good for [`KNOWN_FOR`]. `cookie_name` is the name of the cookie that carries it.
    pub(crate) fn issue(&self, keys: &CookieKeys, random: &dyn Random, cookie_name: &str, now: Timestamp) -> String {
        let value = [self.id.as_bytes(), self.user.as_str().as_bytes()].concat();
        keys.seal(random, DEVICE, cookie_name, &value, now.plus(KNOWN_FOR))
    }

    /// Reads a cookie's value; `None` on anything that is not one of ours and still good.
    pub(crate) fn read(keys: &CookieKeys, cookie_name: &str, value: &str, now: Timestamp) -> Option<Self> {
        let opened = keys.open(DEVICE, cookie_name, value, now).ok()?;
        let (id, user) = opened.expose().split_first_chunk()?;
        let user = UserId::new(std::str::from_utf8(user).ok()?).ok()?;
        Some(Self { user, id: DeviceId(*id) })
    }

    /// Its id, if it is known as one of this user's.
    pub(crate) fn of_user(&self, user: &UserId) -> Option<DeviceId> {
        (self.user == *user).then_some(self.id)
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::{MasterKey, MasterKeys, SeededRandom};

    use super::*;

    #[test]
    fn user_agents_become_words() {
        for (user_agent, words) in [
            ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox on Ubuntu"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
                "Chrome on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 OPR/123.0.0.0",
                "Opera on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 \
                 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0.7390.41 \
                 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/143.0 Mobile/15E148 Safari/605.1.15",
                "Firefox on iPad",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
                "Safari on Mac",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile \
                 Safari/537.36",
                "Samsung Internet on Android",
            ),
            ("Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0", "Firefox on Android"),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.122 \
                 Mobile Safari/537.36",
                "an app on Android",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
                "an app on iPhone",
            ),
            ("curl/8.14.1", "curl"),
            ("Wget/1.25.0", "Wget"),
            ("python-requests/2.32.5", "Python"),
            ("okhttp/5.1.0", "an app"),
            ("MyShop/3 (iPhone; iOS 18.6)", "an app on iPhone"),
            ("", "an app"),
            ("Mozilla/5.0", "an app"),
            ("<script>alert(1)</script>", "an app"),
        ] {
            assert_eq!(Device::of(user_agent).to_string(), words, "{user_agent}");
        }
    }

    const NAME: &str = "__Host-Http-cloakroom-device";
    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn keys(seed: u64) -> CookieKeys {
        CookieKeys::from_master(&MasterKeys::of(MasterKey::generate(&SeededRandom::new(seed))))
    }

    fn ada() -> UserId {
        UserId::new("ada").unwrap()
    }

    #[test]
    fn a_device_is_known_to_its_user_for_400_days() {
        let (keys, random) = (keys(1), SeededRandom::new(2));
        let device = KnownDevice::new(ada(), &random);
        let value = device.issue(&keys, &random, NAME, NOW);
        let last = NOW.plus(KNOWN_FOR).minus(Duration::from_millis(1));
        let read = KnownDevice::read(&keys, NAME, &value, last).unwrap();
        assert_eq!(read, device);
        assert!(read.of_user(&ada()).is_some());
        assert_eq!(read.of_user(&UserId::new("bob").unwrap()), None);
        assert_eq!(KnownDevice::read(&keys, NAME, &value, NOW.plus(KNOWN_FOR)), None);
    }

    #[test]
    fn a_value_that_is_not_ours_makes_no_device_known() {
        let random = SeededRandom::new(2);
        let device = KnownDevice::new(ada(), &random);
        let value = device.issue(&keys(1), &random, NAME, NOW);
        assert_eq!(KnownDevice::read(&keys(2), NAME, &value, NOW), None);
        assert_eq!(KnownDevice::read(&keys(1), "another", &value, NOW), None);
        for junk in ["", "x", &value[1..], &format!("{value}A")] {
            assert_eq!(KnownDevice::read(&keys(1), NAME, junk, NOW), None, "{junk}");
        }
        for short in [&[7; 15][..], &[7; 16], &[255; 40]] {
            let sealed = keys(1).seal(&random, DEVICE, NAME, short, Timestamp::MAX);
            assert_eq!(KnownDevice::read(&keys(1), NAME, &sealed, NOW), None, "{short:?}");
        }
    }

    #[test]
    fn two_sign_ins_make_two_devices() {
        let random = SeededRandom::new(2);
        assert_ne!(KnownDevice::new(ada(), &random), KnownDevice::new(ada(), &random));
    }
}
