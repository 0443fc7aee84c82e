import { joinPieces } from '../../../src/formats/dicom/timeline.ts';

describe('The timeline of a recording', () => {
  it('lets a shorter piece fill the gaps of the longest, and never overwrite it', () => {
    const { leads, warnings } = joinPieces([
      { lead: 'II', start: 1, samples: Float64Array.of(7, 8) },
      { lead: 'II', start: 0, samples: Float64Array.of(1, Number.NaN, 8, 4) },
    ]);
    expect(leads).toEqual([{ lead: 'II', samples: Float64Array.of(1, 7, 8, 4) }]);
    expect(warnings).toEqual([]);
  });

  it('is refused beyond the bound on samples before memory is taken for it', () => {
    const far = { lead: 'I', start: 60_000_000, samples: Float64Array.of(1) } as const;
    expect(() => joinPieces([far])).toThrow(expect.objectContaining({ code: 'SOURCE_TOO_LARGE' }));
  });
});
