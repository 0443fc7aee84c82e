import type { DrawnStrip, Point } from './caliper.ts';

const PAGE_WIDTH_MM = 297;

/** The strips of a sheet; their points are read when somebody measures. */
export function drawnStrips(sheet: Element): readonly DrawnStrip[] {
  return [...sheet.querySelectorAll<SVGPathElement>('.ecg-trace')].map(toStrip);
}

/** Where a place of the window is on a sheet, at whatever zoom. */
export function placeOnSheet(sheet: Element, { clientX, clientY }: Pick<MouseEvent, 'clientX' | 'clientY'>): Point {
  const { left, top } = sheet.getBoundingClientRect();
  const scale = pixelsPerMm(sheet);
  return { xMm: (clientX - left) / scale, yMm: (clientY - top) / scale };
}

export function pixelsPerMm(sheet: Element): number {
  return sheet.getBoundingClientRect().width / PAGE_WIDTH_MM;
}

/** The strip at a place of a sheet: of those above each other the one whose middle is nearest. */
export function stripAt(strips: readonly DrawnStrip[], { xMm, yMm }: Point): DrawnStrip | undefined {
  const distance = ({ box }: DrawnStrip) => {
    const beside = Math.max(box.xMm - xMm, xMm - box.xMm - box.widthMm, 0);
    return Math.hypot(beside, box.yMm + box.heightMm / 2 - yMm);
  };
  return strips.filter(({ points }) => points.length > 0).toSorted((a, b) => distance(a) - distance(b))[0];
}

function toStrip(path: SVGPathElement): DrawnStrip {
  const { dataset } = path;
  const [xMm = 0, yMm = 0, widthMm = 0, heightMm = 0] = (dataset['box'] ?? '').split(' ').map(Number);
  let points: readonly Point[] | undefined;
  return {
    lead: dataset['lead'] ?? '',
    box: { xMm, yMm, widthMm, heightMm },
    startSeconds: Number(dataset['startSeconds']),
    samplingRate: Number(dataset['samplingRate']),
    mmPerSecond: Number(dataset['mmPerSecond']),
    mmPerMillivolt: Number(dataset['mmPerMillivolt']),
    get points() {
      points ??= pointsOf(path.getAttribute('d') ?? '');
      return points;
    },
  };
}

/** Corners of a path of absolute starts and relative steps in hundredths of a millimetre, which add up without an error. */
function pointsOf(d: string): readonly Point[] {
  const points: Point[] = [];
  for (const [, start = '', steps = ''] of d.matchAll(/M([^Mlh]*)([^M]*)/g)) {
    let [x = 0, y = 0] = numbersIn(start);
    points.push({ xMm: x / 100, yMm: y / 100 });
    // "h0" makes a dot of a lone sample.
    if (steps.startsWith('h')) continue;
    const moves = numbersIn(steps);
    for (let index = 0; index + 1 < moves.length; index += 2) {
      x += moves[index]!;
      y += moves[index + 1]!;
      points.push({ xMm: x / 100, yMm: y / 100 });
    }
  }
  return points;
}

function numbersIn(text: string): readonly number[] {
  return [...text.matchAll(/-?\d*\.?\d+/g)].map(([number]) => Math.round(Number(number) * 100));
}
