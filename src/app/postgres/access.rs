//! Who may connect: peer authentication through a map of accounts.
//!
//! Both files lie outside the cluster, in the program's own directory, and are written at every start: they follow
//! from the accounts, and root never writes into the other account's directory for them.

use std::fs;
use std::path::Path;

use super::USER;
use super::account::Account;
use super::error::{Doing, EmbeddedError};
use super::layout::Layout;

/// Writes `pg_hba.conf` and `pg_ident.conf` for the program's account, the postmaster's and root.
pub(super) fn write(layout: &Layout, me: &Account, postmaster: &Account) -> Result<(), EmbeddedError> {
    let hba = format!("local all {USER} peer map={USER}\n");
    replace(&layout.hba(), &hba)?;
    replace(&layout.ident(), &ident(&["root", &me.name, &postmaster.name]))
}

fn ident(names: &[&str]) -> String {
    let mut names = names.to_vec();
    names.sort_unstable();
    names.dedup();
    // Quoted, because a directory service may allow spaces.
    let lines = names.iter().map(|name| format!("{USER} \"{name}\" {USER}\n"));
    lines.collect()
}

/// Whole or not at all, since a running postmaster may read it at any time.
fn replace(path: &Path, content: &str) -> Result<(), EmbeddedError> {
    let new = path.with_extension("new");
    fs::write(&new, content).doing("write", &new)?;
    // The reader is another account, whatever the umask.
    fs::set_permissions(&new, std::os::unix::fs::PermissionsExt::from_mode(0o644)).doing("set the mode of", &new)?;
    fs::rename(&new, path).doing("write", path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_is_mapped_once() {
        assert_eq!(
            ident(&["root", "root", "postgres"]),
            "openchair \"postgres\" openchair\nopenchair \"root\" openchair\n"
        );
    }
}
