import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { packTar, sumTar, unpackTar } from '../../../../src/drivers/docker/engine/tarball.ts';

const file = (path: string, text: string) => ({ path, mode: 0o640, content: Buffer.from(text) });
const stream = (archive: Buffer): Readable =>
  Readable.from([archive.subarray(0, 700), archive.subarray(700)]);

describe('archives as engines exchange them', () => {
  it('come out as they went in, long paths and empty files included', async () => {
    const entries = [
      { path: 'store/', mode: 0o755, content: Buffer.alloc(0) },
      file('store/1.blk', 'x'.repeat(512)),
      file('store/empty', ''),
      file(`store/${'long'.repeat(50)}/${'é'.repeat(60)}`, 'long'),
    ];
    const out = await unpackTar(stream(packTar(entries)));
    expect(out.map(({ path, mode, content }) => ({ path, mode, content: content.toString() }))).toEqual(
      entries.map(({ path, mode, content }) => ({ path, mode, content: content.toString() })),
    );
  });

  it("say whose each file is: root's unless another owner is named", async () => {
    const owner = { uid: 1000, gid: 100 };
    const out = await unpackTar(stream(packTar([file('a', ''), { ...file('b', ''), owner }])));
    expect(out.map((entry) => entry.owner)).toEqual([{ uid: 0, gid: 0 }, owner]);
  });

  it('are summed up by the checksums of their files, in the order of paths', async () => {
    const archive = packTar([file('b', 'hello'), { ...file('a/', ''), mode: 0o755 }, file('a/x', '')]);
    expect(await sumTar(stream(archive))).toEqual([
      {
        path: 'a/x',
        sizeBytes: 0,
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      },
      {
        path: 'b',
        sizeBytes: 5,
        sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      },
    ]);
  });

  it('that are broken off are an error', async () => {
    const archive = packTar([file('b', 'x'.repeat(5000))]);
    await expect(unpackTar(Readable.from([archive.subarray(0, 2000)]))).rejects.toThrow();
  });
});
