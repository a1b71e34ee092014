using System.Runtime.InteropServices;

namespace Programming;

/// <summary>Memory that the samples let be accessed: one hot block, and one that nobody touches again.</summary>
sealed unsafe class Workload : IDisposable
{
    const nuint HotSize = 16 << 20;
    const nuint ColdSize = 64 << 20;

    readonly byte* _hot = (byte*)NativeMemory.AlignedAlloc(HotSize, 2 << 20);
    readonly byte* _cold = (byte*)NativeMemory.AlignedAlloc(ColdSize, 2 << 20);
    readonly Thread _thread;
    volatile bool _ends;

    public Workload()
    {
        NativeMemory.Fill(_cold, ColdSize, 1);
        _thread = new Thread(Touch) { IsBackground = true, Name = "workload" };
        _thread.Start();
    }

    /// <summary>Beginning of the hot block, in bytes.</summary>
    public ulong HotStart => (ulong)_hot;

    /// <summary>Beginning of the block that nobody touches, in bytes.</summary>
    public ulong ColdStart => (ulong)_cold;

    public void Dispose()
    {
        _ends = true;
        _thread.Join();
        NativeMemory.AlignedFree(_hot);
        NativeMemory.AlignedFree(_cold);
    }

    void Touch()
    {
        while (!_ends)
        {
            for (nuint i = 0; i < HotSize; i += 4096)
            {
                _hot[i]++;
            }

            Thread.Sleep(1);
        }
    }
}
