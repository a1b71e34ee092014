using System.Diagnostics;
using System.Text;
using Damon.Linux.Native;
using Damon.Linux.Outputs;

namespace Damon.Linux.Tests.Outputs;

public sealed class OutputFileTests : IDisposable
{
    const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode All = Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string At(string name) => Path.Combine(_folder.Path, name);

    string Text(string name) => File.ReadAllText(At(name));

    string[] Names() => [.. Directory.EnumerateFileSystemEntries(_folder.Path).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    static void Write(OutputFile file, string text) => file.Stream.Write(Encoding.UTF8.GetBytes(text));

    void WriteAll(string name, string text, OutputRule? rule = null)
    {
        using OutputFile file = OutputFile.Open(At(name), rule ?? new OutputRule());
        Write(file, text);
        file.Commit();
    }

    static void Shell(string command)
    {
        using Process process = Process.Start("/bin/sh", ["-c", command]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void A_new_file_is_for_its_owner_alone_or_has_what_was_asked_for_whatever_the_umask()
    {
        WriteAll("private", "x");
        WriteAll("open", "y", new OutputRule { Permission = All | UnixFileMode.GroupWrite });
        Assert.Equal(Owner, File.GetUnixFileMode(At("private")));
        Assert.Equal(All | UnixFileMode.GroupWrite, File.GetUnixFileMode(At("open")));
        Assert.Equal(["open", "private"], Names());
    }

    [Fact]
    public void A_replaced_file_passes_its_permissions_on_and_one_that_becomes_old_does_not()
    {
        _folder.Write("page", "before");
        File.SetUnixFileMode(At("page"), All);
        WriteAll("page", "after");
        Assert.Equal(("after", All), (Text("page"), File.GetUnixFileMode(At("page"))));

        WriteAll("page", "record", new OutputRule { KeepsOld = true });
        Assert.Equal(("record", Owner), (Text("page"), File.GetUnixFileMode(At("page"))));
        Assert.Equal("after", Text("page.old"));
        Assert.Equal(["page", "page.old"], Names());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Without_commit_all_is_as_it_was(bool isLive, bool isThere)
    {
        if (isThere)
        {
            _folder.Write("x", "before");
        }

        using (OutputFile file = OutputFile.Open(At("x"), new OutputRule { IsLive = isLive, KeepsOld = true }))
        {
            Write(file, "half");
            Assert.Equal(isLive && !isThere, file.IsPlaced);
            Assert.Equal(isThere || isLive ? ["x"] : [], Names());
            using StreamReader reader = new(file.OpenRead());
            Assert.Equal("half", reader.ReadToEnd());
        }

        Assert.Equal(isThere ? ["x"] : [], Names());
        Assert.Equal(isThere ? "before" : null, isThere ? Text("x") : null);
    }

    [Fact]
    public void Links_are_followed_to_their_end_and_stay()
    {
        Directory.CreateDirectory(At("folder"));
        File.CreateSymbolicLink(At("first"), "folder/../second");
        File.CreateSymbolicLink(At("second"), At("folder/target"));
        WriteAll("first", "one");
        Assert.Equal("one", Text("folder/target"));
        WriteAll("first", "two", new OutputRule { KeepsOld = true });
        Assert.Equal(("two", "one"), (Text("folder/target"), Text("folder/target.old")));
        Assert.Equal(("folder/../second", At("folder/target")), (new FileInfo(At("first")).LinkTarget, new FileInfo(At("second")).LinkTarget));
    }

    [Fact]
    public void A_ring_of_links_a_folder_and_a_missing_folder_are_refused()
    {
        File.CreateSymbolicLink(At("a"), "b");
        File.CreateSymbolicLink(At("b"), "a");
        _folder.Write("file", "");
        string Told(string path) => Assert.Throws<OutputException>(() => OutputFile.Open(path, new OutputRule())).Message;
        Assert.Equal($"'{At("a")}' cannot be written: too many symbolic links", Told(At("a")));
        Assert.Equal($"'{_folder.Path}/' cannot be written: it is a directory; give the name of a file", Told(_folder.Path + "/"));
        Assert.Equal($"'{At("no/x")}' cannot be written: there is no directory 'no'", Told(At("no/x")));
        Assert.Equal($"'{At("new/")}' cannot be written: there is no directory 'new'", Told(At("new/")));
        Assert.Equal($"'{At("file/x")}' cannot be written: 'file' is no directory", Told(At("file/x")));
        Assert.Equal($"'{At(new string('n', 256))}' cannot be written: its name is too long", Told(At(new string('n', 256))));
        Assert.Equal("'' cannot be written: it has no name", Told(""));
        Assert.Equal(["a", "b", "file"], Names());
    }

    [Fact]
    public void A_name_of_all_bytes_that_a_file_system_takes_can_be_written()
    {
        string name = new('n', 255);
        WriteAll(name, "once");
        WriteAll(name, "twice");
        Assert.Equal("twice", Text(name));
    }

    [Fact]
    public async Task A_pipe_is_written_into_and_stays()
    {
        Shell($"mkfifo {At("pipe")}");
        Task<string> reading = Task.Run(() => Text("pipe"), TestContext.Current.CancellationToken);
        using (OutputFile file = OutputFile.Open(At("pipe"), new OutputRule { KeepsOld = true }))
        {
            Assert.True(file.IsDirect);
            Write(file, "through");
            file.Commit();
        }

        Assert.Equal("through", await reading);
        Assert.Equal(["pipe"], Names());
        Assert.True(FileFacts.At(At("pipe"))!.Value.IsSpecial);
    }

    [Fact]
    public void A_descriptor_of_this_process_is_written_into_at_its_own_place()
    {
        _folder.Write("log", "before ");
        using Microsoft.Win32.SafeHandles.SafeFileHandle log = new(LibC.open(At("log"), LibC.O_WRONLY | LibC.O_APPEND | LibC.O_CLOEXEC), ownsHandle: true);
        foreach (string folder in (string[])["/dev/fd", "/proc/self/fd"])
        {
            using OutputFile file = OutputFile.Open($"{folder}/{log.DangerousGetHandle()}", new OutputRule { KeepsOld = true });
            Assert.True(file.IsDirect);
            Write(file, "through ");
            file.Commit();
        }

        Assert.Equal("before through through ", Text("log"));
        Assert.Equal(["log"], Names());
        using FileStream input = File.OpenRead(At("log"));
        string path = $"/proc/self/fd/{input.SafeFileHandle.DangerousGetHandle()}";
        Assert.Equal(
            $"'{path}' cannot be written: it is not open for writing",
            Assert.Throws<OutputException>(() => OutputFile.Open(path, new OutputRule())).Message);
    }

    [Fact]
    public void The_input_is_not_replaced_under_any_name()
    {
        _folder.Write("in", "precious");
        _folder.Write("in.meta.json", "precious, too");
        File.CreateSymbolicLink(At("link"), "in");
        Shell($"ln {At("in")} {At("hard")}");
        foreach (string name in (string[])["in", "link", "hard", "in.meta.json"])
        {
            OutputException refused = Assert.Throws<OutputException>(() => OutputFile.Open(At(name), new OutputRule { Inputs = [At("in")] }));
            Assert.Equal("it is what is read; give it another name", refused.Why);
        }

        Assert.Equal(["hard", "in", "in.meta.json", "link"], Names());
        WriteAll("in", "kept", new OutputRule { Inputs = [At("in")], KeepsOld = true });
        Assert.Equal(("kept", "precious"), (Text("in"), Text("in.old")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_second_run_at_a_name_that_is_written_is_refused(bool isThere)
    {
        if (isThere)
        {
            _folder.Write("x", "before");
        }

        OutputRule rule = new() { IsLive = true, KeepsOld = true };
        using OutputFile first = OutputFile.Open(At("x"), rule);
        Write(first, "first");
        void Refused() => Assert.Equal("another run of damo is writing it", Assert.Throws<OutputException>(() => OutputFile.Open(At("x"), rule)).Why);
        Refused();
        first.Commit();
        Refused();
        first.Dispose();
        WriteAll("x", "second", rule);
        Assert.Equal(("second", "first"), (Text("x"), Text("x.old")));
    }

    [Fact]
    public void A_file_that_another_program_put_there_meanwhile_stays()
    {
        _folder.Write("x", "before");
        using OutputFile replacing = OutputFile.Open(At("x"), new OutputRule { KeepsOld = true });
        using OutputFile making = OutputFile.Open(At("y"), new OutputRule());
        File.Delete(At("x"));
        _folder.Write("x", "other");
        _folder.Write("y", "other");
        Assert.Contains("meanwhile", Assert.Throws<OutputException>(replacing.Commit).Why, StringComparison.Ordinal);
        Assert.Contains("meanwhile", Assert.Throws<OutputException>(making.Commit).Why, StringComparison.Ordinal);
        replacing.Dispose();
        making.Dispose();
        Assert.Equal(("other", "other"), (Text("x"), Text("y")));
        Assert.Equal(["x", "y"], Names());
    }

    [Fact]
    public void A_folder_named_like_the_old_file_is_refused_before_anything_is_written()
    {
        _folder.Write("x", "before");
        Directory.CreateDirectory(At("x.old"));
        Assert.Contains(
            ".old'",
            Assert.Throws<OutputException>(() => OutputFile.Open(At("x"), new OutputRule { KeepsOld = true })).Why,
            StringComparison.Ordinal);
        Assert.Equal("before", Text("x"));
    }

    [Fact]
    public void Record_and_sidecar_come_together_or_not_at_all()
    {
        OutputRule rule = new() { KeepsOld = true };
        _folder.Write("r", "record");
        _folder.Write("r.meta.json", "sidecar");
        using (OutputPair pair = OutputPair.Open(At("r"), rule))
        {
            pair.Record.Stream.Write("new"u8);
            pair.Sidecar.Write("new, too"u8);
            File.Delete(At("r.meta.json"));
            _folder.Write("r.meta.json", "other");
            Assert.Throws<OutputException>(() => pair.Commit());
        }

        Assert.Equal(("record", "other"), (Text("r"), Text("r.meta.json")));
        Assert.Equal(["r", "r.meta.json"], Names());
        using (OutputPair pair = OutputPair.Open(At("r"), rule))
        {
            pair.Record.Stream.Write("new"u8);
            pair.Sidecar.Write("new, too"u8);
            pair.Commit();
            pair.Commit();
        }

        Assert.Equal(["r", "r.meta.json", "r.meta.json.old", "r.old"], Names());
        Assert.Equal(("new", "new, too", "record", "other"), (Text("r"), Text("r.meta.json"), Text("r.old"), Text("r.meta.json.old")));
    }

    [Fact]
    public void A_record_without_a_sidecar_does_not_get_that_of_the_record_before()
    {
        _folder.Write("r", "record");
        _folder.Write("r.meta.json", "sidecar");
        using (OutputPair pair = OutputPair.Open(At("r"), new OutputRule { KeepsOld = true }))
        {
            pair.Commit(hasSidecar: false);
        }

        Assert.Equal(["r", "r.meta.json.old", "r.old"], Names());
    }

    [Fact]
    public void A_sidecar_appears_beside_no_other_record()
    {
        _folder.Write("r", "record");
        using (OutputPair pair = OutputPair.Open(At("r"), new OutputRule { KeepsOld = true, IsLive = true }))
        {
            pair.Sidecar.Write("new"u8);
            Assert.Equal(["r"], Names());
        }

        Assert.Equal(["r"], Names());
    }

    [Fact]
    public void A_link_at_the_name_of_a_sidecar_is_not_followed_and_a_pipe_there_is_refused()
    {
        _folder.Write("precious", "precious");
        File.CreateSymbolicLink(At("r.meta.json"), "precious");
        using (OutputPair pair = OutputPair.Open(At("r"), new OutputRule { KeepsOld = true, IsLive = true }))
        {
            pair.Sidecar.Write("sidecar"u8);
            pair.Commit();
        }

        Assert.Equal(("precious", "sidecar"), (Text("precious"), Text("r.meta.json")));
        Assert.Null(new FileInfo(At("r.meta.json")).LinkTarget);
        Shell($"mkfifo {At("p.meta.json")}");
        Assert.Contains("no regular file", Assert.Throws<OutputException>(() => OutputPair.Open(At("p"), new OutputRule())).Why, StringComparison.Ordinal);
        Assert.DoesNotContain("p", Names());
    }

    [Fact]
    public void A_pipe_at_the_name_that_a_file_would_get_is_named()
    {
        _folder.Write("r", "record");
        Shell($"mkfifo {At("r.old")} {At("s.meta.json.old")}");
        OutputRule rule = new() { KeepsOld = true, IsLive = true };
        Assert.Equal(
            $"it would become '{At("r.old")}', and what has that name is no regular file",
            Assert.Throws<OutputException>(() => OutputPair.Open(At("r"), rule)).Why);
        _folder.Write("s.meta.json", "sidecar");
        Assert.Equal(
            $"'{At("s.meta.json")}' cannot be written: it would become '{At("s.meta.json.old")}', and what has that name is no regular file",
            Assert.Throws<OutputException>(() => OutputPair.Open(At("s"), rule)).Message);
    }

    [Fact]
    public void The_name_of_a_record_may_be_as_long_as_its_sidecar_allows()
    {
        string name = new('r', 241);
        for (int i = 0; i < 2; i++)
        {
            using OutputPair pair = OutputPair.Open(At(name), new OutputRule { KeepsOld = true, IsLive = true });
            pair.Commit();
        }

        Assert.Equal(4, Names().Length);
        _folder.Write(new string('s', 242) + ".meta.json", "");
        Assert.Contains(
            "too long to become",
            Assert.Throws<OutputException>(() => OutputPair.Open(At(new string('s', 242)), new OutputRule { KeepsOld = true, IsLive = true })).Why,
            StringComparison.Ordinal);
        File.Delete(At(new string('s', 242) + ".meta.json"));
        Assert.Contains(
            "too long",
            Assert.Throws<OutputException>(() => OutputPair.Open(At(new string('q', 246)), new OutputRule { KeepsOld = true, IsLive = true })).Why,
            StringComparison.Ordinal);
        Assert.Equal(4, Names().Length);
    }

    [Fact]
    public void Names_of_killed_runs_go_and_what_is_being_written_stays()
    {
        string Stale() => Encoding.ASCII.GetString(StaleFiles.NewName()).TrimEnd('\0');
        (string left, string written) = (Stale(), Stale());
        _folder.Write(left, "left");
        _folder.Write(written, "written");
        _folder.Write(".damo-not-such-a-name.tmp", "kept");
        using FileStream writing = new(At(written), FileMode.Open, FileAccess.ReadWrite);
        Lock(writing);
        using Microsoft.Win32.SafeHandles.SafeFileHandle folder = new(LibC.open(_folder.Path, LibC.O_PATH | LibC.O_DIRECTORY), ownsHandle: true);
        StaleFiles.Clear(folder);
        Assert.Equal(((string[])[written, ".damo-not-such-a-name.tmp"]).Order(StringComparer.Ordinal), Names());
    }

    static unsafe void Lock(FileStream file)
    {
        LibC.flock all = new() { l_type = LibC.F_WRLCK };
        Assert.Equal(0, LibC.fcntl(file.SafeFileHandle, LibC.F_OFD_SETLK, &all));
    }
}
