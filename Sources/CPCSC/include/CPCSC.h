// The part of PC/SC (winscard.h of pcsc-lite 1) that reading a chip takes. Nothing is linked: the library is opened
// when the first reader is asked for, so that a machine without readers needs none.
#ifndef CPCSC_H
#define CPCSC_H

#include <stddef.h>
#include <stdint.h>

// Every function answers 0 or one of these; others may come too.
#define PCSC_NO_LIBRARY 1u
#define PCSC_UNKNOWN_READER 0x80100009u
#define PCSC_SHARING_VIOLATION 0x8010000Bu
#define PCSC_NO_CARD 0x8010000Cu
#define PCSC_READER_UNAVAILABLE 0x80100017u
#define PCSC_NO_SERVICE 0x8010001Du
#define PCSC_SERVICE_STOPPED 0x8010001Eu
#define PCSC_NO_READERS 0x8010002Eu
#define PCSC_UNRESPONSIVE_CARD 0x80100066u
#define PCSC_UNPOWERED_CARD 0x80100067u
#define PCSC_RESET_CARD 0x80100068u
#define PCSC_REMOVED_CARD 0x80100069u

/// Begins a conversation with the service.
uint32_t pcsc_establish(long *context);
uint32_t pcsc_release(long context);
/// The names of the readers, each behind the other with a NUL, and one more at the end. `length` is the room, then
/// what was needed; without `names` nothing else is told.
uint32_t pcsc_list_readers(long context, char *names, size_t *length);
/// Takes the card of a reader for this program alone; `protocol` is then 1 (T=0) or 2 (T=1).
uint32_t pcsc_connect(long context, const char *reader, long *card, unsigned long *protocol);
/// Gives the card back and resets it, so that no session is left open.
uint32_t pcsc_disconnect(long card);
/// One command and its answer; `length` is the room, then the answer's.
uint32_t pcsc_transmit(
  long card, unsigned long protocol, const uint8_t *command, size_t count, uint8_t *answer, size_t *length);

#endif
