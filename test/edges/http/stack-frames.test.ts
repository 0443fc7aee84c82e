import { stackFrames } from '../../../src/edges/http/stack-frames.ts';

describe('the frames of an unforeseen error', () => {
  it('hold where it arose, and no line of its message', () => {
    const frames = stackFrames(new TypeError('cannot read\nJane Doe\n  born 1961\n    at home'));
    expect(frames).toMatch(/^TypeError\n {4}at /);
    expect(frames).toContain('stack-frames.test.ts');
    expect(frames).not.toMatch(/Jane|1961|home/);
  });

  it('are the type alone of what is no error', () => {
    expect(stackFrames('Jane Doe')).toBe('string');
  });
});
