import { judgeDescription, readDescription } from '../../../../src/custom-activity/rules/description';
import { RICH_TEXT_MAX_BYTES } from '../../../../src/kernel/rich-text';

const judge = (sent: string | null | undefined, before: string | null) => {
  const { value, problems } = judgeDescription(readDescription(sent), before);
  return { value, codes: problems.map(({ code, path }) => [code, ...path]) };
};

describe('judgeDescription', () => {
  it.each([undefined, null])('keeps on %s', (sent) => {
    expect(judge(sent, '<p>Stored</p>')).toEqual({ value: '<p>Stored</p>', codes: [] });
  });

  it.each(['', ' ', '\n\t'])('clears on %j', (sent) => {
    expect(judge(sent, '<p>Stored</p>')).toEqual({ value: null, codes: [] });
    expect(judge(sent, null)).toEqual({ value: null, codes: [] });
  });

  it('stores what is clean as it is, and what is not without the rest', () => {
    expect(judge('<p>a & b</p>', null)).toEqual({ value: '<p>a & b</p>', codes: [] });
    expect(judge('<p style="x">a</p>', null)).toEqual({
      value: '<p>a</p>',
      codes: [['RICH_CONTENT_STRIPPED', 'description']],
    });
  });

  it('names what was removed, and why a text is badly formed', () => {
    const stripped = judgeDescription(readDescription('<p style="x">a<b class="y">b</b></p>'), null).problems;
    expect(stripped[0]?.message).toContain('p@style, b@class');
    const malformed = judgeDescription(readDescription('<p>a'), null).problems;
    expect(malformed[0]?.hint).toContain('unclosed <p>');
  });

  it.each(['<p>', '</p>', 'a < b', '<html>a</html>', '<script>x</script>', '&nothing;'])(
    'refuses %j',
    (sent) => {
      expect(judge(sent, null)).toEqual({ value: null, codes: [['RICH_CONTENT_INVALID', 'description']] });
    },
  );

  it('counts bytes', () => {
    expect(judge('é'.repeat(32_767), null).codes).toEqual([]);
    expect(RICH_TEXT_MAX_BYTES).toBe(65_535);
    expect(judge('é'.repeat(32_768), null).codes).toEqual([['RICH_CONTENT_TOO_LONG', 'description']]);
  });

  it('never refuses what is stored, however it came there', () => {
    expect(judge('<p>', '<p>')).toEqual({ value: '<p>', codes: [] });
    expect(judge('<p style="x">a</p>', '<p style="x">a</p>')).toEqual({
      value: '<p style="x">a</p>',
      codes: [],
    });
  });
});
