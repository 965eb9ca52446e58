//! One packet after the other.

use std::{fs::File, io, mem};

use symphonia::core::{
    errors::Error as Symphonia,
    formats::well_known::{FORMAT_ID_ADTS, FORMAT_ID_ISOMP4, FORMAT_ID_MKV, FORMAT_ID_OGG},
    packet::Packet,
    units,
};

use super::{Gap, Next, Packets, RATES, Trim, formats, guarded, signed, sound_of};
use crate::{Error, Layout, Result, decode::ends};

/// Errors of the container in a row; it won't get anywhere then.
const PATIENCE: u32 = 32;
/// A packet's length where nothing tells it.
const USUAL: i64 = 1024;
/// Frames of silence that are handed over at once.
const AT_ONCE: u64 = 8_192;

impl Packets {
    /// Adds the next frames, if any come of the next packet; none at the end.
    pub(in crate::decode) fn next(&mut self, into: &mut Vec<f32>) -> Result<Option<Layout>> {
        while into.is_empty() {
            if self.gap.hand_over(usize::from(self.layout.channels), into) {
                break;
            }
            if self.has_ended {
                return Ok(None);
            }
            let next = match self.pending.take() {
                Some(packet) => Next::Packet(packet),
                None => self.packet()?,
            };
            match next {
                Next::Packet(packet) => {
                    let layout = self.layout;
                    self.take(packet, into);
                    if into.is_empty() && self.is_past_the_end() {
                        self.end()?;
                    }
                    // What was held back was laid out as before.
                    if self.layout != layout && !self.trim.held.is_empty() {
                        self.trim.held.clear();
                    }
                }
                Next::Again => {}
                Next::End => self.end()?,
            }
        }
        Ok(Some(self.layout))
    }

    /// Asks the container for a packet of the track.
    pub(super) fn packet(&mut self) -> Result<Next> {
        let reader = &mut self.reader;
        let Some(packet) = guarded(|| reader.next_packet()) else {
            tracing::warn!(path = %self.path.display(), "the reader of a container failed");
            self.is_cut_off = true;
            return Ok(Next::End);
        };
        match packet {
            Ok(Some(packet)) => {
                self.errors = 0;
                Ok(if packet.track_id == self.track { Next::Packet(packet) } else { Next::Again })
            }
            Ok(None) => Ok(Next::End),
            Err(Symphonia::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.is_cut_off = true;
                Ok(Next::End)
            }
            Err(Symphonia::IoError(error)) if error.raw_os_error().is_some() => {
                Err(Error::file(&self.path, error))
            }
            // Another stream follows in the same file.
            Err(Symphonia::ResetRequired) => {
                let Ok((track, parameters, told)) = sound_of(self.reader.as_ref()) else {
                    return Ok(Next::End);
                };
                self.decoder = formats::decoder(&parameters)?;
                (self.track, self.parameters) = (track, parameters);
                self.clock.count_only();
                self.trim.held.clear();
                self.until = None;
                self.announced = None;
                self.lead = i64::from(told.delay.unwrap_or_default());
                Ok(Next::Again)
            }
            Err(_) => {
                self.errors += 1;
                self.damaged += 1;
                if self.errors < PATIENCE {
                    return Ok(Next::Again);
                }
                self.is_cut_off = true;
                Ok(Next::End)
            }
        }
    }

    /// Decodes a packet, and adds what of it belongs to the sound.
    fn take(&mut self, mut packet: Packet, into: &mut Vec<f32>) {
        let (trim, length) = (i128::from(packet.trim_end.get()), i128::from(packet.block_dur().get()));
        // What decoders leave out by themselves they would leave out after a seek too.
        (packet.trim_start, packet.trim_end) = (units::Duration::ZERO, units::Duration::ZERO);
        let is_sound = self.decode(&packet) || (self.is_other_rate(&packet) && self.decode(&packet));
        let (trim, length) = (self.frames_of(trim).max(0), self.frames_of(length));
        let said = self.said(&packet);
        if !is_sound {
            let frames = if length > 0 { length } else { USUAL }.min(i64::from(self.layout.rate));
            if self.clock.next().unwrap_or(said).saturating_add(frames) > self.from {
                self.damaged += 1;
            }
            self.samples.clear();
            self.samples
                .resize(usize::try_from(frames).unwrap_or_default() * usize::from(self.layout.channels), 0.0);
        }
        let channels = usize::from(self.layout.channels);
        let count = self.samples.len() / channels;
        if count == 0 {
            return;
        }
        if formats::is_mpeg(self.parameters.codec) || self.reader.format_info().format == FORMAT_ID_ADTS {
            self.last = Some(packet.data);
        }
        // Some times are right to the frame; others to the millisecond, and a packet off now and then.
        let is_exact = self.base.numer.get() == 1 && self.base.denom.get().is_multiple_of(self.layout.rate);
        let slack = if is_exact { 0 } else { u64::from(self.layout.rate) / 20 + 2 * count as u64 };
        // Films have a clock that their sound may join late. What only has sound begins with it.
        let has_clock = matches!(self.reader.format_info().format, FORMAT_ID_ISOMP4 | FORMAT_ID_MKV);
        let late = if is_exact { 0 } else { u64::from(self.layout.rate) / 20 };
        let slack = if has_clock && self.clock.begin(self.from, said, late) { 0 } else { slack };
        let (mut at, missing) = self.clock.place(said, count, slack);
        if missing > 0 {
            let first = at.saturating_sub_unsigned(missing);
            let audible = at.saturating_sub(first.max(self.from)).max(0);
            self.trim.release(into);
            self.gap.left = u64::try_from(audible).unwrap_or_default();
        }
        let mut frames = mem::take(&mut self.samples);
        let lead = usize::try_from(self.lead.clamp(0, signed(count))).unwrap_or_default();
        if lead > 0 {
            self.lead -= signed(lead);
            at += signed(lead);
        }
        let begins =
            usize::try_from((self.from - at).clamp(0, signed(count - lead))).unwrap_or_default() + lead;
        let ends = self.until.map_or(count, |until| {
            let left = until.saturating_sub(at).saturating_add(signed(lead));
            usize::try_from(left.clamp(0, signed(count))).unwrap_or_default()
        });
        // The last packet of a film says how much of it counts.
        let is_film = self.reader.format_info().format == FORMAT_ID_ISOMP4;
        let filled = if length > 0 && is_sound && is_film { (signed(count) - length).max(0) } else { 0 };
        let trim = usize::try_from(trim.max(filled)).unwrap_or_default().min(count);
        if begins < ends {
            let into = if self.gap.left > 0 { &mut self.gap.after } else { into };
            self.trim.take(
                &frames[begins * channels..ends * channels],
                trim.saturating_sub(count - ends) * channels,
                into,
            );
        }
        frames.clear();
        self.samples = frames;
    }

    /// Where a packet begins by its own account.
    fn said(&self, packet: &Packet) -> i64 {
        let said = self.frames_of(i128::from(packet.pts.get()) - i128::from(self.edit.skip));
        // Opus packets are nearly always a multiple of 10 ms, and else of 2.5 ms: the nearest such place.
        self.skip.map_or(said, |skip| {
            let count = signed(self.samples.len() / usize::from(self.layout.channels));
            let rate = i64::from(self.layout.rate);
            let step = if count % (rate / 100) == 0 { rate / 100 } else { rate / 400 };
            (said + skip + step / 2).div_euclid(step) * step - skip
        })
    }

    /// Fills `samples`; false where the packet is damaged.
    fn decode(&mut self, packet: &Packet) -> bool {
        self.samples.clear();
        let (decoder, samples) = (&mut self.decoder, &mut self.samples);
        let decoded = guarded(|| {
            decoder.decode(packet).map(|buffer| {
                buffer.copy_to_vec_interleaved(samples);
                (buffer.spec().rate(), buffer.spec().channels().count())
            })
        });
        match decoded {
            Some(Ok((rate, channels))) if RATES.contains(&rate) && channels > 0 => {
                for sample in &mut self.samples {
                    *sample = if sample.is_finite() { *sample } else { 0.0 };
                }
                if !self.samples.is_empty() {
                    self.clock.change_rate(rate);
                    self.change_rate(rate);
                    self.layout = Layout { rate, channels: channels as u16 };
                }
                true
            }
            Some(_) => false,
            None => {
                tracing::warn!(path = %self.path.display(), "a decoder failed");
                if let Ok(decoder) = formats::decoder(&self.parameters) {
                    self.decoder = decoder;
                }
                false
            }
        }
    }

    /// An MPEG decoder holds on to the rate and the channels it began with: a new one is made where a packet has others.
    fn is_other_rate(&mut self, packet: &Packet) -> bool {
        if !formats::is_mpeg(self.parameters.codec) || !differs(&packet.data, self.last.as_deref()) {
            return false;
        }
        formats::decoder(&self.parameters).map(|decoder| self.decoder = decoder).is_ok()
    }

    /// What is kept in frames has to be kept in others.
    fn change_rate(&mut self, rate: u32) {
        if rate == self.layout.rate {
            return;
        }
        let turned = |frames: i64| {
            i64::try_from(i128::from(frames) * i128::from(rate) / i128::from(self.layout.rate))
                .unwrap_or(i64::MAX)
        };
        (self.from, self.until) = (turned(self.from), self.until.map(turned));
        self.announced =
            self.announced.map(|frames| turned(i64::try_from(frames).unwrap_or(i64::MAX)).unsigned_abs());
    }

    fn is_past_the_end(&self) -> bool {
        self.until.zip(self.clock.next()).is_some_and(|(until, next)| next >= until)
    }

    /// Finds out whether this is where the sound should end.
    fn end(&mut self) -> Result<()> {
        self.has_ended = true;
        self.trim.held.clear();
        let reached = self.clock.next().unwrap_or_default().max(0).unsigned_abs();
        // A coder may be off by a packet or two; half a second is missing.
        let slack = u64::from(self.layout.rate) / 2;
        let wanted = self.until.map_or(self.announced, |until| {
            self.announced.map(|announced| announced.min(until.unsigned_abs()))
        });
        if wanted.is_some_and(|wanted| reached.saturating_add(slack) < wanted) {
            self.is_cut_off = true;
        }
        if !self.is_cut_off {
            let open = || -> io::Result<bool> {
                let mut file = File::open(&self.path)?;
                if self.reader.format_info().format == FORMAT_ID_OGG {
                    return ends::last_page_is_missing(&mut file);
                }
                self.last.as_deref().map_or(Ok(false), |last| ends::packet_begins_after(&mut file, last))
            };
            self.is_cut_off = open().map_err(|error| Error::file(&self.path, error))?;
        }
        Ok(())
    }
}

/// Whether the heads of two MPEG packets tell another rate or number of channels.
fn differs(packet: &[u8], last: Option<&[u8]>) -> bool {
    let told = |packet: &[u8]| Some((packet.get(1)? & 0x18, packet.get(2)? & 0x0C, packet.get(3)? >> 6 == 3));
    last.is_some_and(|last| told(last) != told(packet))
}

impl Gap {
    /// Adds the next of the silence, and after the last of it what follows; false where there is none.
    fn hand_over(&mut self, channels: usize, into: &mut Vec<f32>) -> bool {
        if self.left == 0 {
            return false;
        }
        let now = self.left.min(AT_ONCE);
        into.resize(into.len() + now as usize * channels, 0.0);
        self.left -= now;
        if self.left == 0 {
            into.append(&mut self.after);
        }
        true
    }
}

impl Trim {
    /// Adds frames, but for `trim` samples at their end.
    fn take(&mut self, frames: &[f32], trim: usize, into: &mut Vec<f32>) {
        let trim = if self.is_off { 0 } else { trim.min(frames.len()) };
        if trim < frames.len() {
            self.release(into);
        }
        into.extend_from_slice(&frames[..frames.len() - trim]);
        self.held.extend_from_slice(&frames[frames.len() - trim..]);
        if self.held.len() > self.most {
            // The file is longer than it says.
            self.is_off = true;
            self.release(into);
        }
    }

    fn release(&mut self, into: &mut Vec<f32>) {
        into.append(&mut self.held);
    }
}
