//! `leadwright user add` and `leadwright user password`: the first administrator without a browser, and the way back in.

use std::io::{BufRead as _, IsTerminal as _};

use domain::Role;
use store::WhenMissing;

use crate::cli::{UserCommand, explain, open};
use crate::config::Config;

/// Adds a person or changes a password.
///
/// # Errors
/// A sentence saying what to do.
pub async fn run(config: &Config, command: UserCommand) -> Result<(), String> {
    match command {
        UserCommand::Add { email, name, role, json } => add(config, &email, name, &role, json).await,
        UserCommand::Password { email } => {
            let ctx = open(config, WhenMissing::Refuse).await?;
            let password = read_password()?;
            service::people::cli_set_password(&ctx, &email, &password).await.map_err(explain)?;
            println!("{email} has a new password and is signed out everywhere.");
            Ok(())
        }
    }
}

async fn add(config: &Config, email: &str, name: Option<String>, role: &str, json: bool) -> Result<(), String> {
    let roles = || Role::ALL.map(Role::key).join(", ");
    let role = Role::from_key(role).ok_or_else(|| format!("There is no role “{role}”; there are {}.", roles()))?;
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
    let ctx = open(config, WhenMissing::Create).await?;
    let password = read_password()?;
    let id = service::people::cli_add_user(&ctx, email, &name, role, &password).await.map_err(explain)?;
    if json {
        println!("{}", serde_json::json!({ "id": id, "email": email, "name": name, "role": role.key() }));
    } else {
        println!("{email} can sign in as {}.", role.label().to_lowercase());
    }
    Ok(())
}

/// From standard input, so that it stands in no shell history and no list of processes.
fn read_password() -> Result<String, String> {
    if std::io::stdin().is_terminal() {
        eprint!("Password (it will show): ");
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| format!("The password cannot be read from standard input ({error})."))?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        return Err("Give the password as one line on standard input.".to_owned());
    }
    Ok(password)
}
