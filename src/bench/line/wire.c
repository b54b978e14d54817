/*
 * Carries IP packets between two TUN devices as a long line does: each packet waits for its turn at
 * the rate, then for the delay. A packet that finds the queue full is dropped, and others at random.
 *
 *   wire NAMESPACE NAMESPACE ONE_WAY_MICROSECONDS BITS_PER_SECOND QUEUE_BYTES LOSSES_PER_MILLION
 *
 * Prints "ready" when both devices, named line, are there. Ends when its standard input ends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define MAX_PACKET 65575
#define HEADERS 52 /* of IP and TCP in each segment */

typedef struct {
  uint64_t leaves; /* when it arrives at the far end, in nanoseconds */
  size_t length;
  uint8_t *bytes;
} packet;

typedef struct {
  int from;
  int to;
  packet *packets;
  atomic_uint_fast64_t written;
  atomic_uint_fast64_t read;
  sem_t waiting;
} direction;

static uint64_t delay;
static double nanoseconds_per_byte;
static double queue_nanoseconds;
static double loss;
static uint64_t in_flight; /* the most packets that are on the line and in its queue */

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t) time.tv_sec * 1000000000u + (uint64_t) time.tv_nsec;
}

static int open_device(const char *namespace) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", namespace);
  int net = open(path, O_RDONLY | O_CLOEXEC);
  if (net < 0 || setns(net, CLONE_NEWNET) != 0) fail(path);
  close(net);
  int device = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (device < 0) fail("/dev/net/tun");
  struct ifreq request;
  memset(&request, 0, sizeof request);
  strcpy(request.ifr_name, "line");
  request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  if (ioctl(device, TUNSETIFF, &request) != 0) fail("TUNSETIFF");
  /* Several segments of TCP come as one packet then, as network cards take them. */
  if (loss == 0 && ioctl(device, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4) != 0) fail("TUNSETOFFLOAD");
  return device;
}

/* Takes packets from the near end, and decides when each arrives. */
static void *take(void *argument) {
  direction *way = argument;
  static _Thread_local uint8_t bytes[MAX_PACKET];
  const struct virtio_net_hdr *offload = (const void *) bytes;
  struct drand48_data dice;
  srand48_r(way->from, &dice); /* the same losses in each run */
  double free_at = 0;          /* when the line has sent what is queued */
  for (;;) {
    uint64_t slot = way->written;
    while (slot - way->read >= in_flight) usleep(50);
    packet *next = &way->packets[slot % in_flight];
    ssize_t length = read(way->from, bytes, sizeof bytes);
    if (length <= 0) {
      if (length < 0 && errno != EINTR && errno != EIO) fail("read");
      continue;
    }
    double time = (double) now();
    double lucky;
    drand48_r(&dice, &lucky);
    double begins = free_at > time ? free_at : time;
    if (lucky < loss || begins - time > queue_nanoseconds) continue;
    ssize_t carried = length - (ssize_t) sizeof *offload;
    if (offload->gso_type != VIRTIO_NET_HDR_GSO_NONE) carried += (carried / offload->gso_size) * HEADERS;
    free_at = begins + (double) carried * nanoseconds_per_byte;
    next->leaves = (uint64_t) free_at + delay;
    next->length = (size_t) length;
    next->bytes = malloc(next->length);
    if (!next->bytes) fail("memory");
    memcpy(next->bytes, bytes, next->length);
    way->written = slot + 1;
    sem_post(&way->waiting);
  }
  return NULL;
}

/* Hands packets over to the far end at their time. */
static void *deliver(void *argument) {
  direction *way = argument;
  for (;;) {
    while (sem_wait(&way->waiting) != 0) {}
    packet *next = &way->packets[way->read % in_flight];
    struct timespec until = {(time_t) (next->leaves / 1000000000u), (long) (next->leaves % 1000000000u)};
    /* A sleep that has nothing to wait for costs more than the packet. */
    if (next->leaves > now()) clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    if (write(way->to, next->bytes, next->length) < 0 && errno != EIO) perror("write");
    free(next->bytes);
    way->read++;
  }
  return NULL;
}

static void start(direction *way, int from, int to) {
  way->from = from;
  way->to = to;
  way->packets = calloc(in_flight, sizeof(packet));
  pthread_t thread;
  if (!way->packets || sem_init(&way->waiting, 0, 0) != 0) fail("memory");
  if (pthread_create(&thread, NULL, take, way) || pthread_create(&thread, NULL, deliver, way)) {
    fail("threads");
  }
}

int main(int count, char **arguments) {
  static direction there;
  static direction back;
  if (count != 7) {
    fprintf(stderr, "see the beginning of wire.c\n");
    return 2;
  }
  delay = (uint64_t) atoll(arguments[3]) * 1000;
  nanoseconds_per_byte = 8e9 / atof(arguments[4]);
  queue_nanoseconds = atof(arguments[5]) * nanoseconds_per_byte;
  loss = atof(arguments[6]) / 1e6;
  int near = open_device(arguments[1]);
  int far = open_device(arguments[2]);
  double bytes = (double) delay / nanoseconds_per_byte + atof(arguments[5]);
  in_flight = 4096 + (uint64_t) (bytes / 500); /* most are full, or acknowledge full ones */
  start(&there, near, far);
  start(&back, far, near);
  puts("ready");
  fflush(stdout);
  while (getchar() != EOF) {}
  return 0;
}
