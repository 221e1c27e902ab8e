//! `X-Hub-Signature` (WebSub, section 7): whether a body comes from the hub that shares our secret.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

/// Whether `signature`, as in `sha256=0a1b…`, is that of `body`. Compared in constant time.
pub(super) fn is_valid(secret: &str, body: &[u8], signature: Option<&str>) -> bool {
    let Some((method, tag)) = signature.and_then(|signature| signature.trim().split_once('=')) else {
        return false;
    };
    let Some(tag) = unhex(tag) else { return false };
    match method.to_ascii_lowercase().as_str() {
        "sha1" => verify(Hmac::<Sha1>::new_from_slice(secret.as_bytes()).ok(), body, &tag),
        "sha256" => verify(Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok(), body, &tag),
        "sha384" => verify(Hmac::<Sha384>::new_from_slice(secret.as_bytes()).ok(), body, &tag),
        "sha512" => verify(Hmac::<Sha512>::new_from_slice(secret.as_bytes()).ok(), body, &tag),
        _ => false,
    }
}

fn verify(mac: Option<impl Mac>, body: &[u8], tag: &[u8]) -> bool {
    mac.is_some_and(|mac| mac.chain_update(body).verify_slice(tag).is_ok())
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        digits.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From RFC 2202 and RFC 4231, test case 2.
    #[test]
    fn the_four_methods_are_those_of_the_rfcs() {
        let (secret, body) = ("Jefe", b"what do ya want for nothing?");
        let sha256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        for (signature, valid) in [
            ("sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79".to_owned(), true),
            (format!("sha256={sha256}"), true),
            (format!("SHA256={}", sha256.to_uppercase()), true),
            (
                "sha384=af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"
                    .to_owned(),
                true,
            ),
            (
                "sha512=164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd\
                 caeab1a34d4a6b4b636e070a38bce737"
                    .to_owned(),
                true,
            ),
            (format!("sha512={sha256}"), false),
            (format!("sha256={}", &sha256[..62]), false),
            (format!("sha256={}0", &sha256[..63]), false),
            (format!("md5={sha256}"), false),
            ("sha256=".to_owned(), false),
            ("sha256=éé".to_owned(), false),
            (sha256.to_owned(), false),
        ] {
            assert_eq!(is_valid(secret, body, Some(&signature)), valid, "{signature}");
        }
        assert!(!is_valid(secret, body, None));
        assert!(!is_valid("jefe", body, Some(&format!("sha256={sha256}"))));
    }
}
