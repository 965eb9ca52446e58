//! Linux: the Secret Service on the session bus, as the password managers of the desktops offer it.

use std::{collections::HashMap, sync::Arc};

use keyring_core::{CredentialStore, Error as StoreError};
use secret_service::Error as ServiceError;
use zbus_secret_service_keyring_store::Store;

use crate::Reason;

pub(crate) const NAME: &str = "Secret Service";
pub(super) const VENDOR: &str = "zbus-secret-service-keyring-store";

pub(super) fn open() -> Result<Arc<CredentialStore>, StoreError> {
    Ok(Store::new()?)
}

pub(super) fn modifiers(label: &str) -> HashMap<&str, &str> {
    HashMap::from([("label", label)])
}

pub(super) fn reason(error: &StoreError) -> Reason {
    let (StoreError::NoStorageAccess(source) | StoreError::PlatformFailure(source)) = error else {
        return Reason::Failed;
    };
    match source.downcast_ref() {
        Some(ServiceError::NoResult) => Reason::NoCollection,
        Some(ServiceError::Locked | ServiceError::Prompt | ServiceError::PromptDisconnected) => {
            Reason::Locked
        }
        Some(ServiceError::Unavailable) => Reason::NoBus,
        Some(ServiceError::Zbus(error)) => bus_reason(error),
        _ => Reason::Failed,
    }
}

fn bus_reason(error: &zbus::Error) -> Reason {
    match error {
        zbus::Error::Address(_)
        | zbus::Error::Connection(..)
        | zbus::Error::Handshake(_)
        | zbus::Error::InputOutput(_) => Reason::NoBus,
        zbus::Error::MethodError(name, ..) => match name.as_str() {
            "org.freedesktop.Secret.Error.IsLocked" => Reason::Locked,
            "org.freedesktop.DBus.Error.ServiceUnknown" | "org.freedesktop.DBus.Error.NameHasNoOwner" => {
                Reason::NoService
            }
            name if name.starts_with("org.freedesktop.DBus.Error.Spawn.") => Reason::NoService,
            _ => Reason::Failed,
        },
        _ => Reason::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_service_says_becomes_a_reason() {
        let denied = |error: ServiceError| reason(&StoreError::NoStorageAccess(Box::new(error)));
        let failed = |error: ServiceError| reason(&StoreError::PlatformFailure(Box::new(error)));
        assert_eq!(denied(ServiceError::NoResult), Reason::NoCollection);
        assert_eq!(denied(ServiceError::Prompt), Reason::Locked);
        assert_eq!(denied(ServiceError::Locked), Reason::Locked);
        assert_eq!(failed(ServiceError::PromptDisconnected), Reason::Locked);
        assert_eq!(failed(ServiceError::Unavailable), Reason::NoBus);
        assert_eq!(failed(ServiceError::Zbus(zbus::Error::Address("?".to_owned()))), Reason::NoBus);
        assert_eq!(failed(ServiceError::Zbus(zbus::Error::InvalidReply)), Reason::Failed);
        assert_eq!(failed(ServiceError::Crypto("bad padding")), Reason::Failed);
        assert_eq!(reason(&StoreError::NoDefaultStore), Reason::Failed);
    }
}
