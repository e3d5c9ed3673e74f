"""What happens behind the customer's back: invoices, mails, imports."""
