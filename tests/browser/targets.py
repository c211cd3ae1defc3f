"""What a finger has to hit: on a phone everything that can be pressed is 44 px, in both directions (ux.md §11)."""

from typing import Final

from playwright.sync_api import Page

PHONE: Final = {"width": 390, "height": 844}

TOO_SMALL: Final = """() => {
  const LARGE = 43.5;  // 44, but for what is rounded
  const place = document.querySelector('dialog[open]') ?? document;
  const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  // A link in a sentence is as high as its line, and may be (WCAG 2.5.8).
  const inSentence = (one) => getComputedStyle(one).display === 'inline'
    && [...one.parentElement.childNodes].some((node) => node.nodeType === 3 && node.data.trim().length > 1);
  const isHit = (one, x, y) => {
    const hit = document.elementFromPoint(x, y);
    return one.contains(hit) || [...(one.labels ?? [])].some((label) => label.contains(hit));
  };
  // How far it reaches from its middle, one way and the other: what lies over it, or beside its edge, counts too.
  const reach = (one, x, y, dx, dy) => {
    let far = 0;
    while (far < LARGE && isHit(one, x + (far + 1) * dx, y + (far + 1) * dy)) far += 1;
    return far;
  };
  const isLarge = (one) => {
    one.scrollIntoView({ block: 'center', inline: 'center' });
    const { left, top, width, height } = (one.labels?.[0]?.contains(one) ? one.labels[0] : one).getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const isWide = width >= LARGE || reach(one, x, y, -1, 0) + reach(one, x, y, 1, 0) >= LARGE - 1;
    return isWide && (height >= LARGE || reach(one, x, y, 0, -1) + reach(one, x, y, 0, 1) >= LARGE - 1);
  };
  const visible = { visibilityProperty: true, opacityProperty: false };
  return [...place.querySelectorAll(controls)]
    .filter((one) => one.checkVisibility(visible) && !one.disabled)
    .filter((one) => !one.closest('.skip-link, .visually-hidden, thead'))  // read aloud, not shown
    .filter((one) => one.closest('details:not([open])') === null || one.tagName === 'SUMMARY')
    .filter((one) => !inSentence(one) && !isLarge(one))
    .map((one) => `${one.outerHTML.split('>')[0]}> ${one.textContent.trim()}, `
      + `${Math.round(one.getBoundingClientRect().width)} × ${Math.round(one.getBoundingClientRect().height)}`);
}"""


def too_small(page: Page) -> list[str]:
    """What of this page, on a phone, is hard to hit."""
    page.set_viewport_size(PHONE)
    found: list[str] = page.evaluate(TOO_SMALL)
    return found
