import { parseXml } from '../../../src/formats/aecg/parse-xml.ts';
import { type Annotations, readAnnotations } from '../../../src/formats/aecg/read-annotations.ts';

const annotation = (code: string, value: string, ...nested: readonly string[]): string =>
  `<component><annotation><code code="${code}"/>${value}${nested.join('')}</annotation></component>`;
const quantity = (value: string, unit: string): string => `<value xsi:type="PQ" value="${value}" unit="${unit}"/>`;
const read = (...annotations: readonly string[]): Annotations =>
  readAnnotations(
    parseXml(
      Buffer.from(`<series><subjectOf><annotationSet>${annotations.join('')}</annotationSet></subjectOf></series>`),
    ),
  );
const ofLead =
  '<support><supportingROI><component><boundary><code code="MDC_ECG_LEAD_V2"/></boundary></component></supportingROI></support>';

describe('Measurements of an aECG', () => {
  it.each([
    ['MDC_ECG_HEART_RATE', '72', 'bpm', 72, '/min'],
    ['MDC_ECG_HEART_RATE', '72', '{beats}/min', 72, '/min'],
    ['MDC_ECG_TIME_PD_QTc', '0.443', 's', 443, 'ms'],
    ['MDC_ECG_TIME_PD_PR', '148', 'ms', 148, 'ms'],
    ['MDC_ECG_ANGLE_QRS_FRONT', '-61', 'deg', -61, 'deg'],
    ['MDC_ECG_ANGLE_P_FRONT', '0', 'deg', 0, 'deg'],
  ])('read %s of %s %s', (code, value, unit, number, ucum) => {
    expect(read(annotation(code, quantity(value, unit)))).toEqual({
      measurements: [{ name: code.toUpperCase(), value: number, unit: ucum }],
      statements: [],
      warnings: [],
    });
  });

  it('are those of all leads, not of one', () => {
    const nested = annotation('MDC_ECG_TIME_PD_QRS', quantity('90', 'ms'));
    expect(read(annotation('MDC_ECG_TIME_PD_PR', quantity('100', 'ms'), ofLead, nested)).measurements).toEqual([]);
  });

  it('are the first of several, those of the whole recording before those of a beat', () => {
    const qt = (value: string): string => annotation('MDC_ECG_TIME_PD_QT', quantity(value, 'ms'));
    const ecg = read(annotation('MDC_ECG_BEAT', '', qt('400')), qt('410'), qt('420'));
    expect(ecg.measurements).toEqual([{ name: 'MDC_ECG_TIME_PD_QT', value: 410, unit: 'ms' }]);
  });

  it('leave out a blank or zero that means "not measured", and warn of what cannot be', () => {
    const ecg = read(
      annotation('MDC_ECG_TIME_PD_PR', quantity('0', 'ms')),
      annotation('MDC_ECG_TIME_PD_P', quantity('', 'ms')),
      annotation('MDC_ECG_TIME_PD_RR', ''),
      annotation('MDC_ECG_HEART_RATE', quantity('sixty', 'bpm')),
      annotation('MDC_ECG_TIME_PD_QT', quantity('400', '')),
      annotation('MDC_ECG_TIME_PD_QRS', quantity('-5', 'ms')),
    );
    expect(ecg.measurements).toEqual([]);
    expect(ecg.warnings.map(({ message }) => message.split(' ')[0])).toEqual([
      'MDC_ECG_HEART_RATE',
      'MDC_ECG_TIME_PD_QT',
      'MDC_ECG_TIME_PD_QRS',
    ]);
  });

  it('are bounded in number', () => {
    const many = Array.from({ length: 600 }, (_, index) =>
      annotation(`MDC_ECG_TIME_PD_X${index}`, quantity('1', 'ms')),
    );
    const ecg = read(...many);
    expect(ecg.measurements).toHaveLength(500);
    expect(ecg.warnings).toEqual([expect.objectContaining({ code: 'STANDARD_LIMIT_EXCEEDED' })]);
  });
});

describe('Statements of an aECG', () => {
  it('are the interpretations, nested or not, as written', () => {
    const statement = (code: string, text: string): string => annotation(code, `<value xsi:type="ST">${text}</value>`);
    const nested = [
      statement('MDC_ECG_INTERPRETATION_STATEMENT', 'Sinus rhythm'),
      statement('MDC_ECG_INTERPRETATION_SUMMARY', ' &lt;Normal&gt; '),
    ];
    const ecg = read(
      annotation('MDC_ECG_INTERPRETATION', '', ...nested),
      annotation('MDC_ECG_INTERPRETATION_COMMENT', '<text>Seen</text>'),
      annotation('MDC_ECG_INTERPRETATION_STATEMENT', '<value xsi:type="CE" code="1" displayName="Coded"/>'),
    );
    expect(ecg.statements).toEqual(['Sinus rhythm', '<Normal>', 'Seen', 'Coded']);
  });

  it('are the lines of a gread', () => {
    const ecg = readAnnotations(
      parseXml(Buffer.from('<series><analysis><gread>1.窦性心律\n\n2.T波改变\n</gread></analysis></series>')),
    );
    expect(ecg.statements).toEqual(['1.窦性心律', '2.T波改变']);
  });
});
