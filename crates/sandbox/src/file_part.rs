//! A file of a form. A large one waits in a temporary file instead of memory.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncWriteExt;

/// What is kept in memory of a file.
const IN_MEMORY: usize = 4 << 20;

/// A file as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct FilePart {
    /// As the sender names it.
    pub(crate) name: String,
    /// In bytes.
    pub(crate) length: u64,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Memory(Bytes),
    Spooled(Arc<Mutex<File>>),
}

impl FilePart {
    /// The whole file.
    pub(crate) async fn bytes(&self) -> std::io::Result<Bytes> {
        let file = match &self.content {
            Content::Memory(bytes) => return Ok(bytes.clone()),
            Content::Spooled(file) => Arc::clone(file),
        };
        let capacity = usize::try_from(self.length).unwrap_or_default();
        let reading = tokio::task::spawn_blocking(move || {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(0))?;
            let mut bytes = Vec::with_capacity(capacity);
            file.read_to_end(&mut bytes)?;
            Ok(bytes.into())
        });
        reading.await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
    }
}

/// A file that is coming in.
#[derive(Debug, Default)]
pub(crate) struct Spool {
    memory: BytesMut,
    file: Option<tokio::fs::File>,
    length: u64,
}

impl Spool {
    pub(crate) async fn add(&mut self, chunk: &[u8]) -> std::io::Result<()> {
        self.length += chunk.len() as u64;
        if self.file.is_none() && self.memory.len() + chunk.len() <= IN_MEMORY {
            self.memory.extend_from_slice(chunk);
            return Ok(());
        }
        let file = if let Some(file) = &mut self.file {
            file
        } else {
            let mut file = tokio::fs::File::from_std(tempfile::tempfile()?);
            file.write_all(&std::mem::take(&mut self.memory)).await?;
            self.file.insert(file)
        };
        file.write_all(chunk).await
    }

    pub(crate) async fn finish(self, name: String) -> std::io::Result<FilePart> {
        let content = match self.file {
            None => Content::Memory(self.memory.freeze()),
            Some(mut file) => {
                file.flush().await?;
                Content::Spooled(Arc::new(Mutex::new(file.into_std().await)))
            }
        };
        Ok(FilePart { name, length: self.length, content })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn part(chunks: &[Vec<u8>]) -> FilePart {
        let mut spool = Spool::default();
        for chunk in chunks {
            spool.add(chunk).await.unwrap();
        }
        spool.finish("take.wav".into()).await.unwrap()
    }

    #[tokio::test]
    async fn a_large_file_leaves_memory_and_comes_back_whole() {
        let small = part(&[vec![1; 1000], vec![2; 1000]]).await;
        assert!(matches!(small.content, Content::Memory(_)));
        assert_eq!(small.bytes().await.unwrap(), [vec![1; 1000], vec![2; 1000]].concat());
        let chunks: Vec<Vec<u8>> = (0..9).map(|byte| vec![byte; 1 << 20]).collect();
        let large = part(&chunks).await;
        assert!(matches!(large.content, Content::Spooled(_)));
        assert_eq!(large.length, 9 << 20);
        for _ in 0..2 {
            assert!(large.bytes().await.unwrap() == chunks.concat(), "it can be read again");
        }
    }
}
