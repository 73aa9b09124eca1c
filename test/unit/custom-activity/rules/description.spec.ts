import { judgeDescription, readDescription } from '../../../../src/custom-activity/rules/description';
import { RICH_TEXT_MAX_BYTES } from '../../../../src/kernel/rich-text/rich-text';

const judge = async (sent: string | null | undefined, before: string | null) => {
  const { value, problems } = judgeDescription(await readDescription(sent), before);
  return { value, codes: problems.map(({ code, path }) => [code, ...path]) };
};

describe('judgeDescription', () => {
  it.each([undefined, null])('keeps on %s', async (sent) => {
    expect(await judge(sent, '<p>Stored</p>')).toEqual({ value: '<p>Stored</p>', codes: [] });
  });

  it.each(['', ' ', '\n\t'])('clears on %j', async (sent) => {
    expect(await judge(sent, '<p>Stored</p>')).toEqual({ value: null, codes: [] });
    expect(await judge(sent, null)).toEqual({ value: null, codes: [] });
  });

  it('stores what is clean as it is, and what is not without the rest', async () => {
    expect(await judge('<p>a & b</p>', null)).toEqual({ value: '<p>a & b</p>', codes: [] });
    expect(await judge('<p style="x">a</p>', null)).toEqual({
      value: '<p>a</p>',
      codes: [['RICH_CONTENT_STRIPPED', 'description']],
    });
  });

  it('names what was removed, and why a text is badly formed', async () => {
    const stripped = judgeDescription(
      await readDescription('<p style="x">a<b class="y">b</b></p>'),
      null,
    ).problems;
    expect(stripped[0]?.message).toContain('p@style, b@class');
    const malformed = judgeDescription(await readDescription('<p>a'), null).problems;
    expect(malformed[0]?.hint).toContain('unclosed <p>');
  });

  it.each(['<p>', '</p>', 'a <= b', '<html>a</html>', '<script>x</script>', '&nothing;'])(
    'refuses %j',
    async (sent) => {
      expect(await judge(sent, null)).toEqual({
        value: null,
        codes: [['RICH_CONTENT_INVALID', 'description']],
      });
    },
  );

  it('clears by what editors leave behind, and tells what was removed', async () => {
    expect(await judge('<p><br></p>', '<p>Stored</p>')).toEqual({ value: null, codes: [] });
    expect(await judge('<p class="x">&nbsp;</p>', '<p>Stored</p>')).toEqual({
      value: null,
      codes: [['RICH_CONTENT_STRIPPED', 'description']],
    });
  });

  it('counts bytes', async () => {
    expect((await judge('é'.repeat(32_767), null)).codes).toEqual([]);
    expect(RICH_TEXT_MAX_BYTES).toBe(65_535);
    expect((await judge('é'.repeat(32_768), null)).codes).toEqual([['RICH_CONTENT_TOO_LONG', 'description']]);
    const [tooLong] = judgeDescription(await readDescription('é'.repeat(32_768)), null).problems;
    expect(`${tooLong?.message} ${tooLong?.hint}`).toContain('65535');
  });

  it('never refuses what is stored, however it came there', async () => {
    expect(await judge('<p>', '<p>')).toEqual({ value: '<p>', codes: [] });
    expect(await judge('<p style="x">a</p>', '<p style="x">a</p>')).toEqual({
      value: '<p style="x">a</p>',
      codes: [],
    });
  });
});
