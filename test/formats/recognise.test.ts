import { isPlainText, recognise } from '../../src/formats/recognise.ts';

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('recognise', () => {
  it.each<[string, Uint8Array]>([
    ['empty', Buffer.alloc(0)],
    ['SCP-ECG', Buffer.concat([Buffer.alloc(16, 1), Buffer.from('SCPECG')])],
    ['MUSE', Buffer.from('<?xml version="1.0"?>\n<!DOCTYPE RestingECG SYSTEM "restecg.dtd">\n<RestingECG>')],
    ['Philips', utf16('<?xml version="1.0" encoding="UTF-16"?><restingecgdata xmlns="x">')],
    ['Philips', Buffer.from(utf16('<restingecgdata>')).swap16()],
    ['PDF', Buffer.from('%PDF-1.4')],
    ['image', Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
    ['gzip', Buffer.from([0x1f, 0x8b, 8])],
    ['ZIP', Buffer.from('PK\x03\x04')],
    ['HTML', Buffer.from('<!DOCTYPE html><html>')],
    ['FHIR in XML', Buffer.from('<?xml version="1.0"?><Observation xmlns="http://hl7.org/fhir">')],
    ['XML', Buffer.from('\ufeff<?xml version="1.0"?><a/>')],
    ['JSON', Buffer.from(' {"a":1}')],
    ['plain text', Buffer.from('Sinus rhythm\r\n')],
    ['no known ECG format', Buffer.from([0, 1, 2, 3])],
  ])('names %s', (name, bytes) => expect(recognise(bytes)).toContain(name));
});

describe('isPlainText', () => {
  it('is true for a report in any language, false for XML, JSON, PDF and binary', () => {
    expect(isPlainText(Buffer.from('\tÄrztlicher Befund: Sinusrhythmus\n'))).toBe(true);
    for (const content of ['', '  <a/>', '{}', '[1]', '%PDF-1.4', 'ab\0c']) {
      expect(isPlainText(Buffer.from(content))).toBe(false);
    }
  });
});
