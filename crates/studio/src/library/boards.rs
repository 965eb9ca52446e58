//! Boards: named sets of items. An item may be on several.

use serde::{Deserialize, Serialize};
use store::{Board, BoardId};

use super::{count, parse_all};
use crate::{AppError, Result, Studio};

/// A named set of items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BoardView {
    /// Its id.
    pub id: String,
    /// What the user calls it.
    pub name: String,
    /// How many items are on it, those in the trash left out.
    pub items: u32,
    /// The item that was put on it last, to show it by.
    pub cover: Option<String>,
}

impl Studio {
    /// All boards, by name.
    pub async fn list_boards(&self) -> Result<Vec<BoardView>> {
        let boards = self.store(|store| store.boards().list()).await?;
        Ok(boards.into_iter().map(view_of).collect())
    }

    /// A new board, or another name for one.
    pub async fn save_board(&self, id: Option<String>, name: String) -> Result<BoardView> {
        let id = id.as_deref().map(parse).transpose()?;
        let board = self.store(move |store| match id {
            Some(id) => store.boards().rename(id, &name),
            None => store.boards().insert(&name),
        });
        board.await.map(view_of)
    }

    /// Takes a board away. The items stay.
    pub async fn delete_board(&self, id: String) -> Result<()> {
        let id = parse(&id)?;
        self.store(move |store| store.boards().delete(id)).await
    }

    /// Puts items on a board, or takes them off it. Those that are gone are passed over.
    pub async fn put_on_board(&self, id: String, items: Vec<String>, on: bool) -> Result<()> {
        let (id, items) = (parse(&id)?, parse_all(&items)?);
        self.store(move |store| store.boards().put(id, &items, on)).await
    }
}

fn parse(id: &str) -> Result<BoardId> {
    id.parse().map_err(|_| AppError::not_found("board"))
}

fn view_of(board: Board) -> BoardView {
    BoardView {
        id: board.id.to_string(),
        name: board.name,
        items: count(board.items),
        cover: board.cover.map(|item| item.to_string()),
    }
}
