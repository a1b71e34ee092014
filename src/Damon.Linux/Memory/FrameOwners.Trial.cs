using Damon.Linux.Bpf;
using Damon.Linux.Native;

namespace Damon.Linux.Memory;

/// <content>Whether it works here: who maps pages of this process is known.</content>
sealed partial class FrameOwners
{
    /// <returns>What was wrong; null when all was well.</returns>
    string? SelfTest()
    {
        const int Pages = 8;
        try
        {
            using OwnPages anonymous = OwnPages.Private(Pages);
            using OwnPages file = OwnPages.Shared(Pages);
            return Trial(anonymous, "anonymous") ?? Trial(file, "shared");
        }
        catch (IOException e)
        {
            return $"no pages to try it on: {e.Message}";
        }
        catch (Exception e) when (e is BpfException or NotSupportedException)
        {
            return e.Message;
        }
    }

    string? Trial(OwnPages pages, string kind)
    {
        // The kernel may move a page just then.
        const int Attempts = 4;
        ulong[] frames = new ulong[pages.Count];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            for (int i = 0; i < frames.Length; i++)
            {
                frames[i] = pages.Pfn(i) ?? 0;
            }

            if (_walker.Walk(LibC.getpid(), 0, withFolio: false) != WalkStatus.Ok)
            {
                return "the own address space cannot be walked";
            }

            ulong own = _walker.LastMm;
            bool isRight = Resolve(frames);
            for (int i = 0; i < frames.Length && isRight; i++)
            {
                FrameFacts frame = _frames[i];
                isRight = frame is { State: FrameState.Mapped, NrMappings: 1 }
                    && _mappings[frame.FirstMapping].Mm == own
                    && _mappings[frame.FirstMapping].Address == pages.Address(i);
            }

            if (isRight)
            {
                return null;
            }
        }

        return $"the kernel's records of {kind} pages do not lead to this process's own";
    }
}
