using System.Net.Security;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using RecordsGuard.Alerts;

namespace RecordsGuard.Azure;

/// <summary>Where e-mail is handed in.</summary>
/// <param name="Port">465: TLS from the first byte; any other: STARTTLS.</param>
/// <param name="User">Null: the server asks for nobody.</param>
public sealed record MailServer(string Host, int Port, string From, string? User, string? Password);

/// <summary>
/// An e-mail to security staff. Nothing is sent without TLS, whatever the server says it can. Delivered is what the server
/// took responsibility for. The message id is the notice's, so that a mailbox shows a repeat once.
/// </summary>
internal sealed class MailRoute(
    MailServer server, string name, string[] to, bool isSecondContact, RemoteCertificateValidationCallback? validation) : IAlertRoute
{
    private const int PatienceMilliseconds = 20_000;

    public string Name => name;

    public bool IsSecondContact => isSecondContact;

    public bool IsForPeople => true;

    public async Task DeliverAsync(AlertNotice notice, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(notice);
        using var message = Message(notice);
        using var client = new SmtpClient { Timeout = PatienceMilliseconds, CheckCertificateRevocation = validation is null };
        client.ServerCertificateValidationCallback = validation;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(PatienceMilliseconds);
        try
        {
            await client.ConnectAsync(
                server.Host, server.Port, server.Port == 465 ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls, patience.Token);
            if (server.User is { } user)
            {
                await client.AuthenticateAsync(user, server.Password ?? "", patience.Token);
            }

            await client.SendAsync(message, patience.Token);
        }
        catch (Exception e) when (e is CommandException or ProtocolException or AuthenticationException or SslHandshakeException
            or NotSupportedException or IOException or SocketException or OperationCanceledException or TimeoutException)
        {
            cancel.ThrowIfCancellationRequested();
            throw new AlertRouteException($"The mail server did not take it ({e.GetType().Name}).", e);
        }

        await QuitAsync(client);
    }

    /// <summary>The server has the message already; how the conversation ends does not matter.</summary>
    private static async Task QuitAsync(SmtpClient client)
    {
        try
        {
            await client.DisconnectAsync(quit: true);
        }
        catch (Exception e) when (e is ProtocolException or IOException or SocketException or OperationCanceledException)
        {
            return;
        }
    }

    private MimeMessage Message(AlertNotice notice)
    {
        var message = new MimeMessage { Subject = $"[RecordsGuard] {notice.Subject}", MessageId = $"{notice.AlertId}.{notice.Count}@recordsguard" };
        message.From.Add(MailboxAddress.Parse(server.From));
        message.To.AddRange(to.Select(MailboxAddress.Parse));
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        var json = new MimePart("application", "cloudevents+json")
        {
            Content = new MimeContent(new MemoryStream(notice.Json.ToArray())),
            ContentTransferEncoding = ContentEncoding.Base64,
            FileName = "alert.json",
        };
        message.Body = new Multipart("mixed") { new TextPart("plain") { Text = notice.Text }, json };
        return message;
    }
}
