using System.Diagnostics;
using System.Globalization;
using Damon.Linux.Fuse;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.Fuse;

/// <summary>Handlers that are slow, fail or are interrupted, and many at a time.</summary>
public sealed class FuseHandlerTests
{
    [Fact]
    public void A_slow_handler_holds_up_no_other()
    {
        using TestMount mount = new();
        using ManualResetEventSlim begun = new();
        using ManualResetEventSlim go = new();
        TestFile slow = mount.Root.AddFile("slow");
        slow.OnWrite = (_, _, _) =>
        {
            begun.Set();
            go.Wait(CancellationToken.None);
        };
        mount.Root.AddFile("fast", "here\n");
        using Process writer = Client.Start(mount.Directory, "/bin/sh", "-c", "echo x >slow");
        begun.Wait(TestContext.Current.CancellationToken);

        // The same file can still be looked at and read.
        Assert.Equal(new ClientResult(0, "here\n600\n", ""), mount.Shell("cat fast; stat -c %a slow; cat slow; ls >/dev/null"));
        Assert.False(writer.HasExited);
        go.Set();
        Assert.Equal(0, Client.Finish(writer).ExitCode);
    }

    [Theory]
    [InlineData("exec cat slow")]
    [InlineData("exec env printf x >slow")]
    public void Ctrl_C_ends_a_client_that_waits_for_a_handler(string script)
    {
        using TestMount mount = new();
        using ManualResetEventSlim begun = new();
        using ManualResetEventSlim ended = new();
        TestFile slow = mount.Root.AddFile("slow");
        slow.OnRead = (_, cancellation) =>
        {
            Block(cancellation);
            return [];
        };
        slow.OnWrite = (_, _, cancellation) => Block(cancellation);
        using Process client = Client.Start(mount.Directory, "/bin/sh", "-c", script);
        begun.Wait(TestContext.Current.CancellationToken);
        Assert.Equal(0, LibC.kill(client.Id, LibC.SIGINT));
        ClientResult result = Client.Finish(client);
        Assert.Equal(130, result.ExitCode);
        Assert.True(ended.IsSet);
        Assert.Empty(mount.Failures);
        TestMount.Until(() => mount.Server is { NrInFlight: 0, NrHandles: 0 }, "all handles released");

        void Block(CancellationToken cancellation)
        {
            begun.Set();
            try
            {
                cancellation.WaitHandle.WaitOne();
                cancellation.ThrowIfCancellationRequested();
            }
            finally
            {
                ended.Set();
            }
        }
    }

    [Fact]
    public void An_interrupted_write_is_EINTR()
    {
        using TestMount mount = new();
        using ManualResetEventSlim begun = new();
        mount.Root.AddFile("slow").OnWrite = (_, _, cancellation) =>
        {
            begun.Set();
            cancellation.WaitHandle.WaitOne();
            cancellation.ThrowIfCancellationRequested();
        };

        IReadOnlyList<string> writer = FuseWriterProgram.CommandLine(mount.Path("slow"));
        using Process client = Client.Start(mount.Directory, writer[0], [.. writer.Skip(1)]);
        begun.Wait(TestContext.Current.CancellationToken);
        Assert.Equal(0, LibC.kill(client.Id, LibC.SIGINT));
        Assert.Equal("EINTR\n", Client.Finish(client).Output);
    }

    [Fact]
    public void A_queued_request_can_be_interrupted_and_never_begins()
    {
        using TestMount mount = new(options => options with { MaxWorkers = 2 });
        using ManualResetEventSlim go = new();
        TestFile slow = mount.Root.AddFile("slow");
        slow.OnRead = (_, _) =>
        {
            go.Wait(CancellationToken.None);
            return "done\n"u8.ToArray();
        };
        TestFile next = mount.Root.AddFile("next", "next\n");
        Process[] clients = [.. Enumerable.Range(0, 2).Select(_ => Client.Start(mount.Directory, "/bin/cat", "slow"))];
        TestMount.Until(() => slow.NrReads == 2, "both workers busy");
        using Process waiting = Client.Start(mount.Directory, "/bin/cat", "next");
        TestMount.Until(() => mount.Server.NrInFlight == 3, "the third request");

        // What needs no handler goes on meanwhile.
        Assert.Equal("next\nslow\n", mount.Shell("ls").Output);
        Assert.Equal(0, LibC.kill(waiting.Id, LibC.SIGINT));
        Assert.Equal(130, Client.Finish(waiting).ExitCode);
        Assert.Equal(0, next.NrReads);
        go.Set();
        Assert.All(clients, c => Assert.Equal("done\n", Client.Finish(c).Output));
        Assert.Equal("next\n", mount.Shell("cat next").Output);
    }

    [Fact]
    public void An_interrupt_that_comes_too_late_does_no_harm()
    {
        using TestMount mount = new();
        TestFile file = mount.Root.AddFile("file", "text\n");
        CancellationToken kept = default;
        file.OnRead = (_, cancellation) =>
        {
            kept = cancellation;
            return "text\n"u8.ToArray();
        };
        Random random = new(3);
        for (int i = 0; i < 100; i++)
        {
            Process client = Client.Start(mount.Directory, "/bin/cat", [.. Enumerable.Repeat("file", 200)]);
            Thread.Sleep(random.Next(6));
            _ = LibC.kill(client.Id, LibC.SIGINT);
            _ = Client.Finish(client);
        }

        Assert.Equal("text\n", mount.Shell("cat file").Output);
        Assert.False(kept.IsCancellationRequested);
        TestMount.Until(() => mount.Server is { NrInFlight: 0, NrHandles: 0 }, "all handles released");
        Assert.Empty(mount.Failures);
    }

    [Theory]
    [InlineData("cat bad", "Input/output error")]
    [InlineData("echo x >bad", "I/O error")]
    [InlineData("cat busy", "Device or resource busy")]
    [InlineData("cat null", "Input/output error")]
    [InlineData("cat strange", "Input/output error")]
    [InlineData("cat sub/file", "Input/output error")]
    [InlineData("ls sub", "Input/output error")]
    public void An_exception_of_a_handler_is_the_error_of_its_client_and_the_server_goes_on(string script, string error)
    {
        using TestMount mount = new();
        TestFile bad = mount.Root.AddFile("bad");
        bad.OnRead = (_, _) => throw new InvalidOperationException("on purpose");
        bad.OnWrite = (_, _, _) => throw new InvalidOperationException("on purpose");
        mount.Root.AddFile("busy").OnRead = (_, _) => throw new FuseException(Errno.EBUSY);
        mount.Root.AddFile("null").OnRead = (_, _) => null!;
        mount.Root.AddFile("strange").OnRead = (_, _) => throw new FuseException((Errno)100_000);
        mount.Root.AddDirectory("sub").Failure = new InvalidOperationException("on purpose");
        mount.Root.AddFile("good", "good\n");
        ClientResult result = mount.Shell(script);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(error, result.Errors);
        if (script.Contains("busy", StringComparison.Ordinal) || script.Contains("strange", StringComparison.Ordinal))
        {
            Assert.Empty(mount.Failures);
        }
        else
        {
            // The client may have its answer before the owner is told.
            TestMount.Until(() => !mount.Failures.IsEmpty, "the failure");
        }

        Assert.Equal("good\n", mount.Shell("cat good").Output);
    }

    [Fact]
    public void A_cancelled_operation_of_the_handlers_own_is_no_interrupt()
    {
        using TestMount mount = new();
        mount.Root.AddFile("file").OnRead = (_, _) => throw new OperationCanceledException();
        Assert.Contains("Input/output error", mount.Shell("cat file").Errors);
        TestMount.Until(() => !mount.Failures.IsEmpty, "the failure");
        Assert.IsType<OperationCanceledException>(Assert.Single(mount.Failures));
    }

    [Fact]
    public void A_thousand_requests_in_flight_are_all_answered()
    {
        const int Count = 1000;
        using TestMount mount = new(options => options with { MaxWorkers = 4 });
        using ManualResetEventSlim go = new();
        TestFile slow = mount.Root.AddFile("slow");
        slow.OnRead = (_, _) =>
        {
            go.Wait(CancellationToken.None);
            return "done\n"u8.ToArray();
        };
        mount.Root.AddFile("fast", "fast\n");

        // Shells that wait at a pipe until all are there: what is measured are requests, not starts of processes.
        using Process clients = Client.Start(mount.Directory, "/bin/sh", "-c", string.Create(
            CultureInfo.InvariantCulture,
            $"i=0; while [ $i -lt {Count} ]; do {{ read -r line <slow; echo $line; }} & i=$((i + 1)); done; wait"));
        TestMount.Until(() => mount.Server.NrInFlight == Count, "a thousand requests");
        Assert.Equal(4, slow.NrReads);
        Assert.Equal("600\n", mount.Shell("stat -c %a fast").Output);
        using Process waiting = Client.Start(mount.Directory, "/bin/cat", "fast");
        TestMount.Until(() => mount.Server.NrInFlight == Count + 1, "one more");
        go.Set();
        Assert.Equal("fast\n", Client.Finish(waiting).Output);
        ClientResult result = Client.Finish(clients);
        Assert.Equal(string.Concat(Enumerable.Repeat("done\n", Count)), result.Output);
        Assert.Equal(Count, slow.NrReads);
        TestMount.Until(() => mount.Server is { NrInFlight: 0, NrHandles: 0 }, "all handles released");
    }

    [Fact]
    public void Lookups_leave_nothing_behind()
    {
        using TestMount mount = new();
        for (int i = 0; i < 10; i++)
        {
            mount.Root.AddFile("file" + i);
        }

        Assert.Equal(
            0,
            mount.Shell("i=0; while [ $i -lt 1000 ]; do for f in 0 1 2 3 4 5 6 7 8 9; do [ -e file$f ] || exit 1; done; i=$((i + 1)); done").ExitCode);
        Assert.Equal(10, mount.Server.NrKnownNodes);
        for (int i = 0; i < 10; i++)
        {
            mount.Root.Remove("file" + i);
        }

        // Each lookup that fails has the kernel forget what it knew.
        mount.Shell("for f in 0 1 2 3 4 5 6 7 8 9; do [ -e file$f ]; done");
        TestMount.Until(() => mount.Server.NrKnownNodes == 0, "all forgotten");
    }

    [Fact]
    public void Nodes_come_and_go_while_they_are_in_use()
    {
        using TestMount mount = new();
        TestDirectory first = mount.Root.AddDirectory("dir");
        first.AddFile("file", "first\n");
        using Process client = Client.Start(
            mount.Directory,
            "/bin/sh",
            "-c",
            "exec 3<dir/file; cd dir; echo ready; read -r go; cat <&3; cat file; ls; cd ..; cat dir/file");
        Assert.Equal("ready", client.StandardOutput.ReadLine());
        mount.Root.Remove("dir");
        Assert.Contains("No such file", mount.Shell("cat dir/file").Errors);
        first.Remove("file");
        mount.Root.AddDirectory("dir").AddFile("file", "second\n");
        Assert.Equal("second\n", mount.Shell("cat dir/file").Output);
        client.StandardInput.WriteLine("go");
        ClientResult result = Client.Finish(client);

        // What was open still answers as its owner likes; what was current is empty.
        Assert.StartsWith("first\n", result.Output);
        Assert.Contains("file: No such file", result.Errors);
        TestMount.Until(() => mount.Server.NrHandles == 0, "all handles released");
    }

    [Fact]
    public void A_request_beyond_the_queue_limit_fails_at_once()
    {
        const int Pieces = 150;
        using TestMount mount = new(options => options with { MaxWorkers = 1 });
        using ManualResetEventSlim go = new();
        using ManualResetEventSlim begun = new();
        mount.Root.AddFile("slow").OnRead = (_, _) =>
        {
            begun.Set();
            go.Wait(CancellationToken.None);
            return [];
        };
        for (int i = 0; i < Pieces; i++)
        {
            mount.Root.AddFile("file" + i);
        }

        using Process reader = Client.Start(mount.Directory, "/bin/cat", "slow");
        begun.Wait(TestContext.Current.CancellationToken);

        // One megabyte for each file, more than may wait.
        using Process writers = Client.Start(mount.Directory, "/bin/sh", "-c", string.Create(
            CultureInfo.InvariantCulture,
            $"i=0; while [ $i -lt {Pieces} ]; do dd if=/dev/zero of=file$i bs=1M count=1 conv=notrunc & i=$((i + 1)); done; wait"));
        int most = (int)(FuseCallQueue.MaxHeldBytes >> 20);
        TestMount.Until(() => mount.Server.NrInFlight == 1 + most, "as much as may wait");
        go.Set();
        Assert.Contains("Cannot allocate memory", Client.Finish(writers).Errors);
        Assert.Equal(0, Client.Finish(reader).ExitCode);
    }
}
