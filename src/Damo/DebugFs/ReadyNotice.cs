using System.Net.Sockets;
using System.Text;

namespace Damo.DebugFs;

/// <summary>Tells the service manager that started this process that it is ready (sd_notify).</summary>
static class ReadyNotice
{
    /// <summary>Sends the notice, if the service manager wants it.</summary>
    public static void Send()
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } address)
        {
            return;
        }

        try
        {
            // A name in the abstract space begins with a zero byte, for which @ stands.
            using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
            _ = socket.Send(Encoding.ASCII.GetBytes("READY=1"));
        }
        catch (SocketException)
        {
            // It waits until its own time is over, and says so.
        }
    }
}
