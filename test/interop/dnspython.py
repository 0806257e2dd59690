"""dnspython, an independent DNS library, as a judge: reads a list of jobs as JSON, does them in order, prints a list of results.

Wire forms are hexadecimal. A job has `do` and what the function of that name below takes; keys are {name: [algorithm, secret in base64]}.
What dnspython objects to is a result {"error": NAME OF ITS EXCEPTION}.
"""
import hmac
import json
import socket
import struct
import sys
import time

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.tsig
import dns.tsigkeyring
import dns.update


def read(wire, keys=None, requestMac=""):
    """A message as text, its signature verified if it has one and there are keys."""
    message = dns.message.from_wire(
        bytes.fromhex(wire),
        keyring=keyring_of(keys),
        request_mac=bytes.fromhex(requestMac),
        one_rr_per_rrset=True,
    )
    sections = [[line_of(rrset) for rrset in section] for section in message.sections[1:]]
    return {
        "id": message.id,
        "opcode": dns.opcode.to_text(message.opcode()),
        "rcode": dns.rcode.to_text(message.rcode()),
        "flags": dns.flags.to_text(message.flags).split(),
        "question": [question_of(rrset) for rrset in message.sections[0]],
        "answer": sections[0],
        "authority": sections[1],
        "additional": sections[2],
        "edns": message.payload if message.edns >= 0 else None,
        "signed": message.had_tsig,
    }


def make(zone, operations, keys=None, key=None, fudge=300, skew=0):
    """An UPDATE made of calls of dnspython's own methods: [["present", NAME, TYPE, RDATA], ["add", NAME, TTL, TYPE, RDATA], ...]."""
    update = dns.update.UpdateMessage(zone)
    for method, *arguments in operations:
        getattr(update, method)(*arguments)
    if key is not None:
        update.use_tsig(keyring_of(keys), dns.name.from_text(key), fudge=fudge)
    real_time = time.time
    time.time = lambda: real_time() + skew
    try:
        wire = update.to_wire()
    finally:
        time.time = real_time
    return {"wire": wire.hex(), "mac": update.mac.hex() if update.had_tsig else ""}


def exchange(server, transport, wire, keys=None, requestMac=""):
    """Sends octets, and reads the reply as `read` does. The octets of the reply come with it."""
    host, port = server.split(":")
    send = {"udp": exchange_udp, "tcp": exchange_tcp}[transport]
    reply = send((host, int(port)), bytes.fromhex(wire))
    try:
        return {"wire": reply.hex(), **read(reply.hex(), keys, requestMac)}
    except dns.exception.DNSException as error:
        return {"wire": reply.hex(), "error": type(error).__name__}


def ask(server, transport, name, type, edns=None):
    """A query and its reply."""
    query = dns.message.make_query(name, type, use_edns=edns if edns is not None else -1)
    query.flags = dns.flags.Flag(0)
    return exchange(server, transport, query.to_wire().hex())


def transfer(server, zone, keys, key):
    """All records of a signed AXFR, as they come."""
    host, port = server.split(":")
    messages = list(
        dns.query.xfr(
            host, zone, port=int(port), keyring=keyring_of(keys), keyname=dns.name.from_text(key), relativize=False, lifetime=20
        )
    )
    lines = [line for message in messages for rrset in message.answer for line in rrset.to_text().split("\n")]
    return {"answer": lines, "signed": all(message.had_tsig for message in messages)}


def exchange_udp(address, wire):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(20)
        udp.sendto(wire, address)
        return udp.recv(65535)


def exchange_tcp(address, wire):
    with socket.create_connection(address, timeout=20) as tcp:
        tcp.sendall(struct.pack("!H", len(wire)) + wire)
        stream = tcp.makefile("rb")
        (length,) = struct.unpack("!H", stream.read(2))
        return stream.read(length)


def keyring_of(keys):
    return None if keys is None else dns.tsigkeyring.from_text({name: tuple(key) for name, key in keys.items()})


def question_of(rrset):
    return f"{rrset.name} {dns.rdataclass.to_text(rrset.rdclass)} {dns.rdatatype.to_text(rrset.rdtype)}"


def line_of(rrset):
    """A record as a line of a master file; without RDATA (RFC 2136 section 2.4) `\\# 0`."""
    record_class = dns.rdataclass.to_text(rrset.rdclass if rrset.deleting is None else rrset.deleting)
    rdata = " ".join(rdata.to_text() for rdata in rrset) or "\\# 0"
    return f"{rrset.name} {rrset.ttl} {record_class} {dns.rdatatype.to_text(rrset.rdtype)} {rdata}"


def validate(wire, key, owner, rdata, now, request_mac, tsig_start, *others):
    """dnspython believes a BADTIME reply without looking at its MAC. So this looks first: RFC 8945 section 4.3, without dnspython."""
    if rdata.error == dns.rcode.BADTIME:
        (count,) = struct.unpack("!H", wire[10:12])
        signed = struct.pack("!H", len(request_mac)) + request_mac
        signed += struct.pack("!H", rdata.original_id) + wire[2:10] + struct.pack("!H", count - 1) + wire[12:tsig_start]
        signed += owner.to_digestable() + struct.pack("!HI", dns.rdataclass.ANY, 0) + rdata.algorithm.to_digestable()
        signed += rdata.time_signed.to_bytes(6, "big") + struct.pack("!HHH", rdata.fudge, rdata.error, len(rdata.other)) + rdata.other
        digest = rdata.algorithm.to_text().removeprefix("hmac-").removesuffix(".")
        if hmac.digest(key.secret, signed, digest) != rdata.mac:
            raise dns.tsig.BadSignature
    return validate_as_dnspython(wire, key, owner, rdata, now, request_mac, tsig_start, *others)


def result_of(job):
    function = {"read": read, "make": make, "exchange": exchange, "ask": ask, "transfer": transfer}[job.pop("do")]
    try:
        return function(**job)
    except dns.exception.DNSException as error:
        return {"error": type(error).__name__}


if __name__ == "__main__":
    validate_as_dnspython = dns.tsig.validate
    dns.tsig.validate = validate
    print(json.dumps([result_of(job) for job in json.load(sys.stdin)]))
