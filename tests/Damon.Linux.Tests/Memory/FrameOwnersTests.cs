using Damon.Linux.Bpf;
using Damon.Linux.Machine;
using Damon.Linux.Memory;
using Damon.Linux.Tests.AccessChecks;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;
using Damon.Tests.Shared;

namespace Damon.Linux.Tests.Memory;

public sealed class FrameOwnersTests : IDisposable
{
    const ulong Size = 4 * TargetProcess.MiB;

    readonly PageTableWalker _walker = WalkerFixture.Create();
    readonly FrameOwners _owners;
    readonly TemporaryFolder _folder = new();

    public FrameOwnersTests() => _owners = FrameOwners.Create(_walker, MemoryMap.Read());

    public void Dispose()
    {
        _walker.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_offsets_of_the_reverse_map_come_from_the_kernels_type_information()
    {
        KernelLayout layout = KernelLayout.Read();
        Assert.NotNull(layout.ReverseMap);
        Assert.Null(layout.ReverseMapMissing);
        Assert.True(layout.ReverseMap.NodeSize == 24 && layout.ReverseMap.VmaEnd != layout.ReverseMap.VmaStart);
    }

    [Theory]
    [InlineData("anon")]
    [InlineData("thp")]
    [InlineData("shm")]
    [InlineData("file")]
    public void All_frames_of_a_child_lead_back_to_it(string kind)
    {
        using TargetProcess child = TargetProcess.Start();
        AddressRange range = child.Map(kind, Size, kind is "shm" ? $"/dev/shm/{Path.GetFileName(_folder.Path)}" : kind == "file" ? _folder.File("a") : null);
        try
        {
            child.Touch(range);
            Assert.Equal(FrameOwners.Capacity, ResolveUntil(child, range, 0, f => f.NrMappings >= 1));
            for (int i = 0; i < FrameOwners.Capacity; i++)
            {
                FrameMapping mapping = MappingOf(i);
                Assert.Equal(range.Start + ((ulong)i * TargetProcess.Page), mapping.Address);
                Assert.Equal(Mm(child.Pid), mapping.Mm);
                Assert.True(mapping.MappingStart <= mapping.Address && mapping.Address < mapping.MappingEnd);
                Assert.Equal(kind is "anon" or "thp", _owners.Frames[i].IsAnonymous);
            }
        }
        finally
        {
            File.Delete($"/dev/shm/{Path.GetFileName(_folder.Path)}");
        }
    }

    [Theory]
    [InlineData(nameof(WalkerProgramKind.Syscall), nameof(KernelReadKind.Helper), true)]
    [InlineData(nameof(WalkerProgramKind.Syscall), nameof(KernelReadKind.Inline), false)]
    [InlineData(nameof(WalkerProgramKind.Iterator), nameof(KernelReadKind.Helper), true)]
    [InlineData(nameof(WalkerProgramKind.Iterator), nameof(KernelReadKind.Inline), false)]
    public void Owners_are_found_with_every_program_and_read_of_older_kernels(string kind, string read, bool loopHelper)
    {
        // The self-test finds anonymous and shared pages of this process.
        using PageTableWalker walker = WalkerFixture.Create(Enum.Parse<WalkerProgramKind>(kind), Enum.Parse<KernelReadKind>(read), loopHelper);
        _ = FrameOwners.Create(walker, MemoryMap.Read());
    }

    [Fact]
    public void Frames_that_two_processes_map_lead_to_both()
    {
        using TargetProcess one = TargetProcess.Start();
        using TargetProcess two = TargetProcess.Start();
        string path = $"/dev/shm/{Path.GetFileName(_folder.Path)}";
        try
        {
            AddressRange range = one.Map("shm", Size, path);
            AddressRange other = two.Map("shm", Size, path);
            one.Touch(range);
            two.Touch(other);
            Assert.Equal(FrameOwners.Capacity, ResolveUntil(one, range, 0, f => f.NrMappings == 2));
            ulong[] expected = [.. new[] { Mm(one.Pid), Mm(two.Pid) }.Order()];
            for (int i = 0; i < FrameOwners.Capacity; i++)
            {
                FrameMapping first = MappingOf(i);
                FrameMapping second = _owners.Mappings[first.Next];
                Assert.Equal(-1, second.Next);
                Assert.Equal(expected, new[] { first.Mm, second.Mm }.Order());
                Assert.False(_owners.IsClearable(_owners.Frames[i], first));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_folio_is_looked_at_once_when_that_is_enough()
    {
        using TargetProcess child = TargetProcess.Start();
        AddressRange range = child.Map("thp", Size);
        child.Touch(range);
        ulong[] frames = ChildFrames.Of(child.Pid, range);

        Assert.True(_owners.Resolve(frames, onePerFolio: true));
        Assert.Equal(Enumerable.Range(0, _owners.Count).Select(i => _owners.Frames[i].Head).Distinct().Count(), _owners.Count);
        Assert.True(Enumerable.Range(0, _owners.Count).Sum(i => (long)_owners.Frames[i].FolioSize) >= (long)Size);
    }

    [Fact]
    public void Frames_without_an_owner_and_invalid_frames_are_marked_as_such()
    {
        ulong end = MemoryMap.Read().End >> 12;
        ulong[] frames = [end, end + 12345, 1UL << 51, 0, MemoryMap.Read().Ranges[0].Start >> 12];

        Assert.True(_owners.Resolve(frames));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(FrameState.Unowned, _owners.Frames[i].State);
            Assert.Equal(0, _owners.Frames[i].NrMappings);
        }
    }

    [Fact]
    public void Any_frame_of_this_machine_can_be_asked_for()
    {
        RandomSource random = new(7);
        ulong[] frames = new ulong[FrameOwners.Capacity];
        ReadOnlySpan<AddressRange> memory = MemoryMap.Read().Ranges;
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < frames.Length; i++)
            {
                AddressRange range = memory[i % memory.Length];
                frames[i] = random.Next(range.Start, range.End) >> 12;
            }

            Assert.True(_owners.Resolve(frames));
            foreach (ref readonly FrameMapping mapping in _owners.Mappings)
            {
                Assert.True(FrameOwners.Maps(mapping.Entry, mapping.Address, _owners.Frames[mapping.Frame].Frame));
            }
        }
    }

    [Fact]
    public void The_process_is_found_and_lost_with_its_end()
    {
        using TargetProcess child = TargetProcess.Start();
        AddressRange range = child.Map("anon", Size);
        child.Touch(range);
        using MemoryOwners processes = new(_walker, new());
        ResolveUntil(child, range, 0, f => f.NrMappings == 1);
        FrameMapping mapping = MappingOf(0);

        processes.Begin();
        MemoryOwner? owner = processes.Want(mapping.Mm, mapping.Task, 1);
        Assert.Equal(child.Pid, owner?.Process?.Pid);
        processes.Validate();
        Assert.Equal(child.Pid, owner?.Process?.Pid);

        // By a look at all processes too, as on kernels that do not tell.
        using MemoryOwners listed = new(_walker, new());
        listed.Begin();
        Assert.Equal(child.Pid, listed.Want(mapping.Mm, 0, long.MaxValue / 2)?.Process?.Pid);

        child.Kill();
        processes.Validate();
        Assert.Null(owner?.Process);
        processes.Begin();
        Assert.Null(processes.Want(mapping.Mm, mapping.Task, 2));
    }

    [Fact]
    public void Resolving_allocates_nothing()
    {
        using TargetProcess child = TargetProcess.Start();
        AddressRange range = child.Map("anon", Size);
        child.Touch(range);
        ulong[] frames = ChildFrames.Of(child.Pid, range);
        _owners.Resolve(frames);

        Assert.Equal(0, Allocation.Of(() => _owners.Resolve(frames)));
    }

    FrameMapping MappingOf(int frame) => _owners.Mappings[_owners.Frames[frame].FirstMapping];

    ulong Mm(int pid)
    {
        Assert.Equal(WalkStatus.Ok, _walker.Walk(pid, 0, withFolio: false));
        return _walker.LastMm;
    }

    /// <summary>Resolves the first frames of a range; again when the kernel moved some between the look at pagemap and this one.</summary>
    /// <returns>How many are as expected.</returns>
    int ResolveUntil(TargetProcess child, AddressRange range, int attempt, Func<FrameFacts, bool> isExpected)
    {
        ulong[] frames = ChildFrames.Of(child.Pid, range)[..FrameOwners.Capacity];
        Assert.DoesNotContain(0UL, frames);
        Assert.True(_owners.Resolve(frames));
        int count = Enumerable.Range(0, frames.Length).Count(i => _owners.Frames[i].State == FrameState.Mapped && isExpected(_owners.Frames[i]));
        return count == frames.Length || attempt == 5 ? count : ResolveUntil(child, range, attempt + 1, isExpected);
    }
}
