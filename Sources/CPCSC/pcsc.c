#include "CPCSC.h"

#include <dlfcn.h>
#include <pthread.h>

// As in wintypes.h and pcsclite.h of pcsc-lite on Linux.
typedef unsigned long dword;
struct protocol_information {
  unsigned long protocol;
  unsigned long length;
};
enum { scope_system = 2, share_exclusive = 1, protocol_any = 3, leave_card = 0, reset_card = 1 };

static struct {
  long (*establish)(dword scope, const void *reserved1, const void *reserved2, long *context);
  long (*release)(long context);
  long (*list_readers)(long context, const char *groups, char *readers, dword *length);
  long (*connect)(long context, const char *reader, dword share, dword protocols, long *card, dword *protocol);
  long (*disconnect)(long card, dword disposition);
  long (*begin)(long card);
  long (*end)(long card, dword disposition);
  long (*transmit)(
    long card, const struct protocol_information *sending, const uint8_t *command, dword count,
    struct protocol_information *receiving, uint8_t *answer, dword *length);
} pcsc;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int loaded;

static void load(void) {
  void *library = dlopen("libpcsclite.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  const struct {
    const char *name;
    void *place;
  } functions[] = {
    {"SCardEstablishContext", &pcsc.establish}, {"SCardReleaseContext", &pcsc.release},
    {"SCardListReaders", &pcsc.list_readers},   {"SCardConnect", &pcsc.connect},
    {"SCardDisconnect", &pcsc.disconnect},      {"SCardBeginTransaction", &pcsc.begin},
    {"SCardEndTransaction", &pcsc.end},         {"SCardTransmit", &pcsc.transmit},
  };
  for (size_t index = 0; index < sizeof functions / sizeof *functions; index++) {
    void *function = dlsym(library, functions[index].name);
    if (!function) return;
    *(void **)functions[index].place = function;
  }
  loaded = 1;
}

// A LONG of pcsc-lite is as wide as a pointer; its codes have 32 bits.
static uint32_t code(long result) { return (uint32_t)(result & 0xFFFFFFFF); }

uint32_t pcsc_establish(long *context) {
  pthread_once(&once, load);
  if (!loaded) return PCSC_NO_LIBRARY;
  return code(pcsc.establish(scope_system, NULL, NULL, context));
}

uint32_t pcsc_release(long context) { return code(pcsc.release(context)); }

uint32_t pcsc_list_readers(long context, char *names, size_t *length) {
  dword count = *length;
  uint32_t result = code(pcsc.list_readers(context, NULL, names, &count));
  *length = count;
  return result;
}

uint32_t pcsc_connect(long context, const char *reader, long *card, unsigned long *protocol) {
  uint32_t result = code(pcsc.connect(context, reader, share_exclusive, protocol_any, card, protocol));
  if (result) return result;
  result = code(pcsc.begin(*card));
  if (result) pcsc.disconnect(*card, reset_card);
  return result;
}

uint32_t pcsc_disconnect(long card) {
  pcsc.end(card, leave_card);
  return code(pcsc.disconnect(card, reset_card));
}

uint32_t pcsc_transmit(
  long card, unsigned long protocol, const uint8_t *command, size_t count, uint8_t *answer, size_t *length
) {
  const struct protocol_information sending = {protocol, sizeof sending};
  dword received = *length;
  uint32_t result = code(pcsc.transmit(card, &sending, command, count, NULL, answer, &received));
  *length = received;
  return result;
}
