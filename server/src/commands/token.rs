//! `leadwright token add`: a token for another program, printed once.

use domain::TokenScope;
use store::WhenMissing;

use crate::cli::{TokenCommand, explain, open};
use crate::config::Config;

/// Makes a token.
///
/// # Errors
/// A sentence saying what to do.
pub async fn run(config: &Config, command: TokenCommand) -> Result<(), String> {
    let TokenCommand::Add { email, scope, name, days, json } = command;
    let scopes = || TokenScope::ALL.map(TokenScope::key).join(", ");
    let scope = TokenScope::from_key(&scope).ok_or_else(|| format!("There is no scope “{scope}”; there are {}.", scopes()))?;
    let ctx = open(config, WhenMissing::Refuse).await?;
    let token = service::tokens::cli_add_token(&ctx, &email, &name, scope, days).await.map_err(explain)?;
    if json {
        println!("{}", serde_json::json!({ "token": token, "email": email, "scope": scope.key() }));
    } else {
        println!("{token}");
    }
    Ok(())
}
