"""A WAN for network namespaces whose kernel has no netem: passes Ethernet frames between two interfaces, each after a delay.

    delay-line.py DELAY_MS JITTER_MS IF IF    prints "ready"; reads "cut" and "open" from standard input, prints each when it is done, ends with it
    delay-line.py checksums IF                has IF fill in its checksums: frames that a packet socket takes would have none otherwise

Needs root and Linux, and nothing but Python's own library."""

import ctypes
import fcntl
import heapq
import itertools
import random
import select
import socket
import struct
import sys
import time

ETH_P_ALL = 3
SIOCETHTOOL = 0x8946
# ETHTOOL_SRXCSUM to ETHTOOL_SGRO of <linux/ethtool.h>: receive and transmit checksums, scatter-gather, TSO, GSO, GRO.
OFFLOADS = (0x15, 0x17, 0x19, 0x1F, 0x24, 0x2C)
PACKET_OUTGOING = 4
RECEIVE_BUFFER = 4 << 20
SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC = 263, 1, 1


def without_offloads(interface):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for command in OFFLOADS:
            value = ctypes.create_string_buffer(struct.pack("II", command, 0))
            request = struct.pack("16sP", interface.encode(), ctypes.addressof(value))
            try:
                fcntl.ioctl(any_socket, SIOCETHTOOL, request)
            except OSError:
                pass  # what it cannot do it need not stop doing


def open_interface(interface):
    without_offloads(interface)
    packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    packets.bind((interface, 0))
    packets.setblocking(False)
    packets.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    membership = struct.pack("iHH8s", socket.if_nametoindex(interface), PACKET_MR_PROMISC, 0, b"")
    packets.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership)
    return packets


def take_frames(packets):
    while True:
        try:
            frame, address = packets.recvfrom(65535)
        except BlockingIOError:
            return
        if address[2] != PACKET_OUTGOING:
            yield frame


def send(packets, frame):
    try:
        packets.send(frame)
    except OSError:
        pass  # a full queue loses frames, as a line does


def run(delay, jitter, interfaces):
    ends = [open_interface(interface) for interface in interfaces]
    others = {ends[0]: ends[1], ends[1]: ends[0]}
    on_the_way, number, is_open = [], itertools.count(), True
    print("ready", flush=True)
    while True:
        wait = max(0.0, on_the_way[0][0] - time.monotonic()) if on_the_way else None
        readable, _, _ = select.select([sys.stdin, *ends], [], [], wait)
        if sys.stdin in readable:
            command = sys.stdin.readline().strip()
            if command == "":
                return
            is_open = command == "open"
            on_the_way.clear()
            print(command, flush=True)
        for end in ends:
            for frame in take_frames(end) if end in readable else ():
                if is_open:
                    at = time.monotonic() + delay + random.uniform(0, jitter)
                    heapq.heappush(on_the_way, (at, next(number), others[end], frame))
        while on_the_way and on_the_way[0][0] <= time.monotonic():
            send(*heapq.heappop(on_the_way)[2:])


if sys.argv[1] == "checksums":
    without_offloads(sys.argv[2])
else:
    run(float(sys.argv[1]) / 1000, float(sys.argv[2]) / 1000, sys.argv[3:5])
