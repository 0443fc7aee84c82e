import { codesOfLead, LEADS, leadFromMdc, leadFromName, leadFromScp } from '../../src/ecg/lead.ts';

describe('a lead', () => {
  it.each([
    ['I', 'I'],
    ['avr', 'aVR'],
    [' V1 ', 'V1'],
    ['Lead_II', 'II'],
    ['lead aVF', 'aVF'],
    ['V6 lead', 'V6'],
    ['ECG I', 'I'],
    ['ECG_V2', 'V2'],
    ['ECG Lead III', 'III'],
    ['Lead I (Einthoven)', 'I'],
    ['aVL\0\0', 'aVL'],
    ['MDC_ECG_LEAD_V3R', 'V3R'],
    ['MDC_ECG_ELEC_POTL_AVF', 'aVF'],
  ])('is known by %j as %s', (name, lead) => {
    expect(leadFromName(name)).toBe(lead);
  });

  it.each(['-aVR', 'Lead -aVR', 'aVR (inverted)', 'Lead I (negative)', 'V1 reversed'])(
    'is not what %j names, which is drawn upside down',
    (name) => {
      expect(leadFromName(name)).toBeUndefined();
    },
  );

  it.each(['', 'ECG', 'Lead', 'PACE', 'Resp', 'C1', 'V10', 'Lead 1', 'I+', 'MDC_ECG_LEAD_CONFIG'])(
    'is not named by %j',
    (name) => {
      expect(leadFromName(name)).toBeUndefined();
    },
  );

  it('is not looked for in a text that is no name, however long', () => {
    expect(leadFromName('( '.repeat(2_000_000))).toBeUndefined();
    expect(leadFromName(`I${' '.repeat(4_000_000)}x`)).toBeUndefined();
  });

  it('is found again by each of its codes', () => {
    for (const lead of LEADS) {
      const { mdcSuffix, mdcPotential, scp } = codesOfLead(lead);
      expect(leadFromName(`MDC_ECG_LEAD_${mdcSuffix}`)).toBe(lead);
      if (scp !== undefined) expect(leadFromScp(String(scp))).toBe(lead);
      if (mdcPotential !== undefined) expect(leadFromMdc(mdcPotential)).toBe(lead);
    }
  });
});
