//! Which addresses may be asked for a file that the API or a stranger named: none inside this machine or the network
//! it stands in.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Resolves names, and refuses those that lead to an address that isn't public.
///
/// What was checked is what is connected to, so a name that means something else a moment later doesn't get by.
pub(crate) struct PublicResolver;

/// A name leads into a private network.
#[derive(Debug)]
pub(crate) struct NotPublic;

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads into a private network")
    }
}

impl std::error::Error for NotPublic {}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().all(|address| is_public(address.ip())) {
                Ok(Box::new(found.into_iter()) as Addrs)
            } else {
                Err(NotPublic.into())
            }
        })
    }
}

/// Whether an error comes from [`PublicResolver`].
pub(crate) fn is_not_public(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        if inner.is::<NotPublic>() {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// Whether anybody may be at an address, and not only neighbours.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        // Multicast, what is reserved, and broadcast.
        || first >= 224
        || first == 0
        // Behind a provider's own translation.
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0))
    // 198.18.0.0/15 is left: proxies on this machine hand it out in place of public addresses.
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let steps = address.segments();
    match steps {
        // Translated and embedded addresses are as public as what they stand for.
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))),
        // Teredo, which hides another address, and documentation.
        [0x2001, 0 | 0xdb8, ..] => false,
        // Of the rest only this eighth is given out for the public network.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("1.1.1.1", true)]
    #[case("100.63.0.1", true)]
    #[case("172.32.0.1", true)]
    #[case("198.18.0.7", true)]
    #[case("127.0.0.1", false)]
    #[case("127.8.0.1", false)]
    #[case("0.0.0.0", false)]
    #[case("0.1.2.3", false)]
    #[case("10.1.2.3", false)]
    #[case("172.16.0.1", false)]
    #[case("192.168.1.1", false)]
    #[case("169.254.169.254", false)]
    #[case("100.64.0.1", false)]
    #[case("100.127.255.255", false)]
    #[case("192.0.0.1", false)]
    #[case("192.0.2.1", false)]
    #[case("224.0.0.1", false)]
    #[case("240.0.0.1", false)]
    #[case("255.255.255.255", false)]
    #[case("2606:4700::1111", true)]
    #[case("::1", false)]
    #[case("::", false)]
    #[case("::7f00:1", false)]
    #[case("fe80::1", false)]
    #[case("fec0::1", false)]
    #[case("fc00::1", false)]
    #[case("fd12:3456::1", false)]
    #[case("ff02::1", false)]
    #[case("2001::1", false)]
    #[case("2001:db8::1", false)]
    #[case("::ffff:1.1.1.1", true)]
    #[case("::ffff:127.0.0.1", false)]
    #[case("::ffff:10.0.0.1", false)]
    #[case("64:ff9b::1.1.1.1", true)]
    #[case("64:ff9b::192.168.0.1", false)]
    #[case("64:ff9b:1::1", false)]
    #[case("2002:0a00:0001::1", false)]
    #[case("2002:0101:0101::1", true)]
    fn only_what_anybody_can_reach_is_public(#[case] address: &str, #[case] public: bool) {
        assert_eq!(is_public(address.parse().unwrap()), public);
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_refused() {
        let refused = PublicResolver.resolve("localhost".parse().unwrap()).await.err().unwrap();
        assert!(is_not_public(refused.as_ref()));
    }
}
