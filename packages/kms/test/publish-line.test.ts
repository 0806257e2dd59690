import test from 'ava';
import * as fc from 'fast-check';
import { SettingsError } from '@srvkit/settings';
import { formatPublishLine, parsePublishLine } from '../src/index.ts';

for (const [text, want, namesHost] of [
  ['contoso.com', 'contoso.com, 0, 0', false],
  ['contoso.com,10', 'contoso.com, 10, 0', false],
  ['contoso.com,10,100', 'contoso.com, 10, 100', false],
  [' contoso.com. ,\t65535 , 0 ', 'contoso.com, 65535, 0', false],
  ['xn--mnchen-3ya.example.org, 007', 'xn--mnchen-3ya.example.org, 7, 0', false],
  ['KMS_E1, 10, 75', 'KMS_E1, 10, 75', true],
  ['kms-e1', 'kms-e1, 0, 0', true],
  ['kms_e1.contoso.com', 'kms_e1.contoso.com, 0, 0', true],
  ['east.my_corp.example', 'east.my_corp.example, 0, 0', false],
] as const) {
  test(`${JSON.stringify(text)} is ${want}${namesHost ? ', a host' : ''} (kms P-08, P-10, 12.3)`, (t) => {
    const line = parsePublishLine(text);
    t.is(formatPublishLine(line), want);
    t.is(line.namesHost, namesHost);
  });
}

for (const [text, says] of [
  ['', /is empty/],
  [' ', /is empty/],
  [', 10, 75', /is empty/],
  ['contoso.com,', /priority "" is not a whole number/],
  ['contoso.com,10,', /weight "" is not/],
  ['contoso.com, -1', /0 to 65535/],
  ['contoso.com, +1', /0 to 65535/],
  ['contoso.com, 1.5', /0 to 65535/],
  ['contoso.com, 0x10', /0 to 65535/],
  ['contoso.com, 65536', /0 to 65535/],
  ['contoso.com, 10, ten', /weight "ten"/],
  ['contoso.com, 10, 75, 1688', /4 fields/],
  ['contoso.com 10 75', /letters, digits/],
  ['contoso.com:1688, 10', /letters, digits/],
  ['192.0.2.1, 10', /address/],
  ['2001:db8::1, 10', /address/],
  ['contoso..com', /empty label/],
  ['.', /empty label/],
  ['münchen.example.org', /A-labels/],
] as const) {
  test(`${JSON.stringify(text)} is refused, never cut to fit (kms P-17)`, (t) => {
    const error = t.throws(() => parsePublishLine(text), { instanceOf: SettingsError });
    t.is(error?.code, 'BAD_PUBLISH_LINE');
    t.regex(error?.message ?? '', says);
  });
}

test('any text is a line or is refused, and a line that is written is read again', (t) => {
  const pieces = fc.constantFrom('a', 'contoso.com', '_', '.', ',', ' ', '10', '65535', '-', '99999', '\0', 'é');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((all) => all.join('')),
      ),
      (text) => {
        let line;
        try {
          line = parsePublishLine(text);
        } catch (error) {
          t.true(error instanceof SettingsError);
          return;
        }
        const again = parsePublishLine(formatPublishLine(line));
        t.is(formatPublishLine(again), formatPublishLine(line));
        t.is(again.namesHost, line.namesHost);
      },
    ),
    { numRuns: 500 },
  );
});
