/**
 * For {@link Page.evaluate}: visible texts whose contrast with their background is under 4.5:1 (WCAG 2.2, 1.4.3), as
 * "ratio: text". Knows opaque and transparent backgrounds; what is disabled or dimmed counts at full strength.
 */
export const LOW_CONTRAST = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => channels(color).slice(0, 3)
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const background = (element) => {
    const color = element === null ? 'rgb(255, 255, 255)' : getComputedStyle(element).backgroundColor;
    return channels(color)[3] === 0 ? background(element.parentElement) : color;
  };
  const ratio = (element) => {
    const [dark, light] = [getComputedStyle(element).color, background(element)].map(luminance).sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.checkVisibility())
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
    .filter((element) => ratio(element) < 4.5)
    .map((element) => ratio(element).toFixed(2) + ': ' + element.textContent.slice(0, 40));
})()`;

/** For {@link Page.evaluate}: controls without a name to announce (WCAG 2.2, 4.1.2), as HTML. */
export const UNNAMED_CONTROLS = `[...document.querySelectorAll('button, select, input, a, summary, pre[tabindex]')]
  .filter((control) => control.textContent.trim() === '' || ['SELECT', 'INPUT'].includes(control.tagName))
  .filter((control) => !control.ariaLabel && !(control.labels?.length > 0))
  .map((control) => control.outerHTML)`;
