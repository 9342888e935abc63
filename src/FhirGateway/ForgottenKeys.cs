using System.Collections.Concurrent;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace FhirGateway;

/// <summary>
/// A key ring that ends with the process. The authentication framework brings Data Protection for cookies, which nothing here uses, and
/// that would make a key in the user's home when the gateway starts.
/// </summary>
internal sealed class ForgottenKeys : IXmlRepository
{
    private readonly ConcurrentQueue<XElement> _keys = [];

    public IReadOnlyCollection<XElement> GetAllElements() => [.. _keys];

    public void StoreElement(XElement element, string friendlyName) => _keys.Enqueue(element);
}
