import { parseCards, webAddress } from '../../../../src/edges/demo/sandbox/card.ts';

const source = { label: 'x' };

describe('cards as received', () => {
  it('stand by severity, those that break the specification counted and left out', () => {
    const { cards, malformed } = parseCards({
      cards: [
        { summary: 'a', indicator: 'info', source },
        { summary: 'b', indicator: 'critical', source },
        { summary: 'c', indicator: 'hard-stop', source },
        { indicator: 'info', source },
        { summary: 'd', indicator: 'info' },
        null,
      ],
    });
    expect(cards.map(({ summary }) => summary)).toEqual(['b', 'a']);
    expect(malformed).toBe(4);
  });

  it('are errors where they offer suggestions without saying how many may be chosen', () => {
    const offering = { summary: 'a', indicator: 'info', source, suggestions: [{ label: 's' }] };
    const cards = [offering, { ...offering, selectionBehavior: 'all' }, { ...offering, selectionBehavior: 'any' }];
    expect(parseCards({ cards })).toMatchObject({ cards: [{ atMostOne: false }], malformed: 2 });
  });

  it('keep only usable suggestions, actions, reasons and links', () => {
    const [card] = parseCards({
      cards: [
        {
          summary: 'a',
          indicator: 'info',
          source,
          selectionBehavior: 'any',
          suggestions: [
            { label: 's', actions: [{ type: 'delete', resourceId: 'r' }] },
            { label: 'half understood', actions: [{ type: 'delete', resourceId: 'r' }, { type: 'explode' }] },
            { label: 'not understood', actions: [3] },
            {},
          ],
          overrideReasons: [{ code: 'c', system: 's' }, { display: 'no code' }],
          links: [{ label: 'l', url: 'https://example.org/', type: 'smart' }, { label: 'l', url: 'data:,' }, 'x'],
        },
      ],
    }).cards;
    expect(card?.suggestions).toHaveLength(1);
    expect(card).toMatchObject({
      atMostOne: false,
      suggestions: [{ label: 's', isRecommended: false, actions: [{ type: 'delete', resourceId: 'r' }] }],
      overrideReasons: [{ code: 'c', system: 's', display: 'c' }],
      links: [{ label: 'l', url: 'https://example.org/', type: 'smart' }],
    });
  });

  it.each([undefined, null, [], 'text', { cards: 'none' }])('are none in %p', (body) => {
    expect(parseCards(body)).toEqual({ cards: [], malformed: 0 });
  });

  it('open web pages only', () => {
    expect(webAddress('https://example.org/')).toBe('https://example.org/');
    for (const url of ['javascript:alert(1)', 'data:text/html,x', '/relative', '', undefined]) {
      expect(webAddress(url)).toBeUndefined();
    }
  });
});
