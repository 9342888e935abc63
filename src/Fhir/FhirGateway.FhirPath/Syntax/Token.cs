namespace FhirGateway.FhirPath.Syntax;

internal enum TokenKind
{
    End,
    Identifier,
    DelimitedIdentifier,
    String,
    Number,
    Long,
    Date,
    DateTime,
    Time,
    Constant,
    Symbol,
}

/// <summary>A word of an expression. <paramref name="Text"/> is its meaning: unescaped, without quotes, <c>%</c> or <c>@</c>.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Offset);
