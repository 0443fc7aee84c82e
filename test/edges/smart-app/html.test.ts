import { html } from '../../../src/edges/smart-app/pages/html.ts';

describe('markup', () => {
  it('escapes every text, and lets markup through', () => {
    const name = `<img src=x onerror="alert('1')">&`;
    expect(html`<p title="${name}">${html`<b>${name}</b>`}</p>`.html).toBe(
      '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;"><b>&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;</b></p>',
    );
  });

  it('leaves out what is not there, and joins lists', () => {
    expect(html`${false}${undefined}${0}${[html`<i>a</i>`, html`<i>b</i>`]}`.html).toBe('0<i>a</i>\n<i>b</i>');
  });
});
