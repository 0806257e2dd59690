// MACs published in the tests of miekg/dns (`tsig_test.go`) and Kea (`src/lib/dns/tests/tsig_unittest.cc`), and a request that nsupdate signed.
import test from 'ava';
import { decodeMessage, hmacSigner, makeTsigKey, parseDomainName, signMessage, verifyMessage } from '@srvkit/dns';
import type { Rcode, TsigAlgorithm } from '@srvkit/dns';

interface Vector {
  readonly title: string;
  readonly key: readonly [name: string, algorithm: TsigAlgorithm, secret: string];
  readonly message: string;
  readonly timeSigned: number;
  readonly requestMac?: string;
  readonly error?: Rcode;
  readonly other?: string;
  readonly mac: string;
}

const MIEKG_SECRET = 'NoTCJU+DMqFWywaPyxSijrDEA/eC3nK0xi3AMEZuPVk=';
const MIEKG_TIME = 1_594_855_491;
const MIEKG_UPDATE = '002a28000001000000000000076578616d706c6503636f6d0000060001';
const KEA_MD5 = ['www.example.com', 'hmac-md5', 'SFuWd/q99SzF8Yzd1QbB9g=='] as const;
const KEA_SHA_SECRET = 'MA+QDhXbyqUak+qnMFyTyEirzng=';
const KEA_QUESTION = '03777777076578616d706c6503636f6d00';
const KEA_BADTIME_REQUEST = `7fc400000001000000000000${KEA_QUESTION}00060001`;

const vectors: readonly Vector[] = [
  {
    title: 'miekg: a reply with an error',
    key: ['testkey', 'hmac-sha256', MIEKG_SECRET],
    message: MIEKG_UPDATE,
    timeSigned: MIEKG_TIME,
    requestMac: '3684c225',
    error: 'BADTIME',
    mac: 'c110e3f62694755c10761dc8717462431ee34340b7c9d1eee09449150757c5b1',
  },
  {
    title: 'miekg: the same without a request MAC',
    key: ['testkey', 'hmac-sha256', MIEKG_SECRET],
    message: MIEKG_UPDATE,
    timeSigned: MIEKG_TIME,
    error: 'BADTIME',
    mac: '385449a425c6d52b9bf2c65c0726eefa0ad8084cdaf488f24547e686605b9610',
  },
  {
    title: 'miekg: the same with other data',
    key: ['testkey', 'hmac-sha256', MIEKG_SECRET],
    message: MIEKG_UPDATE,
    timeSigned: MIEKG_TIME,
    requestMac: '3684c225',
    error: 'BADTIME',
    other: '666f6f',
    mac: '15b91571ca80b3b410a77e2b44f8cc4f35ace22b26020138439dd94803e23b5d',
  },
  {
    title: 'miekg: sha224',
    key: ['testkey', 'hmac-sha224', 'hVEkQuAqnTmBuRrT9KF1Udr91gOMGWPw9LaTtw=='],
    message: MIEKG_UPDATE,
    timeSigned: MIEKG_TIME,
    mac: 'd6daf9ea189e48bc38f9aed63d6cc4140cdfa38a7a333ee2eefdbd31',
  },
  {
    title: 'miekg: sha384',
    key: ['testkey', 'hmac-sha384', 'Qjer2TL2lAdpq9w6Gjs98/ClCQx/L3vtgVHCmrZ8l/oKEPjqUUMFO18gMCRwd5H4'],
    message: MIEKG_UPDATE,
    timeSigned: MIEKG_TIME,
    mac: '89a48936d29187870c325cbdba5ad71609bd038d0459d6010c844d659c570e881d3650e4fe7310be53ebe5178d0d1001',
  },
  {
    title: 'miekg: compressed names are signed as they stand on the wire',
    key: ['testkey', 'hmac-sha256', MIEKG_SECRET],
    message: 'c60028000001000000010000076578616d706c6503636f6d00000600010161c00c0001000100000e100004c0000201',
    timeSigned: MIEKG_TIME,
    mac: '8cf23e0081d915478a182edcea7ff48ad102948e6c7ef8e887536957d1fa5616',
  },
  {
    title: 'Kea: an md5 query',
    key: KEA_MD5,
    message: `2d6501000001000000000000${KEA_QUESTION}00010001`,
    timeSigned: 0x4da8_877a,
    mac: '227026ad297beee721ce6c6fff1e9ef3',
  },
  {
    title: 'Kea: the md5 reply to it',
    key: KEA_MD5,
    message: `2d6585000001000100000000${KEA_QUESTION}00010001c00c00010001000151800004c0000201`,
    timeSigned: 0x4da8_877a,
    requestMac: '227026ad297beee721ce6c6fff1e9ef3',
    mac: '8fcda66a7cd1a3b9948eb1869d384a9f',
  },
  {
    title: 'Kea: an md5 BADTIME reply, the request MAC computed here too',
    key: KEA_MD5,
    message: `7fc480090001000000000000${KEA_QUESTION}00060001`,
    timeSigned: 0x4da8_b9d6,
    requestMac: 'computed',
    error: 'BADTIME',
    other: '00004da8be86',
    mac: 'd4b043f6f44495ec8a01260e39159d76',
  },
  {
    title: 'Kea: sha1',
    key: ['www.example.com', 'hmac-sha1', KEA_SHA_SECRET],
    message: `096701000001000000000000${KEA_QUESTION}00010001`,
    timeSigned: 0x4dae_7d5f,
    mac: '415340c7daf824ed684ee586f7b5a67a2febc0d3',
  },
  {
    title: 'Kea: sha224',
    key: ['www.example.com', 'hmac-sha224', KEA_SHA_SECRET],
    message: `096701000001000000000000${KEA_QUESTION}00010001`,
    timeSigned: 0x4dae_7d5f,
    mac: '3b93d3c5f964b9c5003502699ffc44d6e266f408ef33a2daa14871d3',
  },
];

for (const vector of vectors) {
  test(`the published MAC comes out: ${vector.title}`, async (t) => {
    const signer = signerOf(...vector.key);
    const { timeSigned, error } = vector;
    const requestMac =
      vector.requestMac === 'computed'
        ? (await signMessage(hex(KEA_BADTIME_REQUEST), signer, { timeSigned })).mac
        : vector.requestMac === undefined
          ? undefined
          : hex(vector.requestMac);
    const signed = await signMessage(hex(vector.message), signer, {
      timeSigned,
      ...(requestMac === undefined ? {} : { requestMac }),
      ...(error === undefined ? {} : { error }),
      ...(vector.other === undefined ? {} : { other: hex(vector.other) }),
    });
    t.is(Buffer.from(signed.mac).toString('hex'), vector.mac);
  });
}

// `nsupdate` of BIND 9.18.49, key "admin-key", the secret being base64 of 'admin-test-secret-32-bytes-long!'.
const NSUPDATE_REQUEST =
  'eeda280000010001000100010763 6f6e746f736f03636f6d0000060001065f766c6d6373045f74637007636f6e746f736f03636f6d0000ff00fe000000000000' +
  'c01d0021000100000e100018000a004b0698046b6d733107636f6e746f736f03636f6d000961646d696e2d6b65790000fa00ff00000000003d0b686d61632d73' +
  '68613235360000006b01f966012c0020f026a64991226f4161b89676f4f8e25784225add98811c6dfa0b307650268ae4eeda00000000';
const NSUPDATE_TIME = 0x6b01_f966;

test('a request signed by nsupdate verifies', async (t) => {
  const signer = signerOf('admin-key', 'hmac-sha256', 'YWRtaW4tdGVzdC1zZWNyZXQtMzItYnl0ZXMtbG9uZyE=');
  const verdict = await verifyMessage(hex(NSUPDATE_REQUEST), () => signer, { now: NSUPDATE_TIME });
  t.like(verdict, { kind: 'verified', timeSigned: NSUPDATE_TIME, fudge: 300, error: 'NOERROR' });
});

test('signing the message that nsupdate signed gives the octets of nsupdate', async (t) => {
  const request = hex(NSUPDATE_REQUEST);
  const { tsig } = decodeMessage(request);
  const tsigOctets = 11 + 10 + 13 + 16 + 32; // owner, header, algorithm name, fixed fields, MAC
  const unsigned = request.slice(0, request.length - tsigOctets);
  unsigned[11] = 0;
  const signer = signerOf('admin-key', 'hmac-sha256', 'YWRtaW4tdGVzdC1zZWNyZXQtMzItYnl0ZXMtbG9uZyE=');
  const signed = await signMessage(unsigned, signer, { timeSigned: NSUPDATE_TIME });
  t.deepEqual(signed.bytes, request);
  t.deepEqual(signed.mac, tsig?.rdata.mac);
});

function signerOf(name: string, algorithm: TsigAlgorithm, secret: string) {
  return hmacSigner(makeTsigKey({ name: parseDomainName(name), algorithm, secret: Buffer.from(secret, 'base64') }));
}

function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));
}
